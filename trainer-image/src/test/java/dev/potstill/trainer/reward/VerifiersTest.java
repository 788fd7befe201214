package dev.potstill.trainer.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.sandbox.Sandbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerifiersTest {
    private static boolean isRight(Verifier verifier, String output, String reference) {
        try (Verifiers verifiers = new Verifiers(VerifiersTest::none)) {
            Verifiers.Given given = new Verifiers.Given(new Asked("?", reference, verifier), output);
            return verifiers.areRight(List.of(given)).getFirst();
        }
    }

    private static Sandbox none() {
        throw new AssertionError("no program is to be run");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\\boxed{\\frac{1}{2}} | 0.5",
                "\\boxed{2\\sqrt{3}} | \\sqrt{12}",
                "The answer is $x^2 + 2x + 1$. | (x+1)^2",
                "so the area is $A = 9\\pi$ | 9\\pi",
                "\\boxed{(1, 2)} | (1,2)",
                "\\boxed{[0, 1)} | [0,1)",
                "\\boxed{\\{3, 1, 2\\}} | \\{1,2,3\\}",
                "\\boxed{50\\%} | 50",
                "\\boxed{12 \\text{ cm}} | 12",
                "\\boxed{12\\text{ cm}^2} | 12",
                "\\boxed{x = 5} | 5",
                "\\boxed{-3, 3} | \\pm 3",
                "\\boxed{(-\\infty, 2] \\cup (3, \\infty)} | (3,\\infty)\\cup(-\\infty,2]",
                "\\boxed{\\text{Paris}} | Paris",
                "There are 72 apples, because 3 were added. The answer is 72 apples. | 72",
                "#### 1,250 | 1250",
                "\\boxed{2\\frac{1}{2}} | 5/2",
                "\\boxed{x \\ge -5} | x \\ge -5",
                "The answer is yes. | Yes",
                "\\boxed{2024-05-01} | 2024-05-01",
                "\\boxed{2024/05/01} | 2024-05-01",
                "It was on 24/12/2023. | 24/12/2023",
                "\\boxed{3-1} | 2",
                "\\boxed{10/2/5} | 1",
                "\\boxed{2000/10} | 200",
                "\\boxed{\u0661\u0668} | 18",
                "\\boxed{\\frac{\u0967}{\u0968}} | 0.5",
            })
    void mathematics_is_right_however_it_is_written(String output, String reference) {
        assertThat(isRight(Verifier.Symbolic, output, reference)).isTrue();
        assertThat(isRight(Verifier.Auto, output, reference)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\\boxed{3\\sqrt{2}} | 3",
                "\\boxed{0.33} | \\frac13",
                "\\boxed{1.41421356} | \\sqrt2",
                "\\boxed{(2, 1)} | (1,2)",
                "\\boxed{(0, 1)} | [0,1)",
                "\\boxed{\\{1,2\\}} | \\{1,2,3\\}",
                "\\boxed{-x} | x",
                "\\boxed{x \\ge 5} | x \\ge -5",
                "\\boxed{\\infty} | 5",
                "\\boxed{2024-05-01} | 2024-01-05",
                "\\boxed{2024-05-01} | 2018",
                "\\boxed{2024-05} | 2023-04",
                "\\boxed{05/01/2024} | 10/02/4048",
                "\\boxed{2024-05-01, 2024-06-01} | 2024-01-05, 2024-01-06",
                "\\boxed{e^{1000}} | e^{2000}",
                "\\boxed{} | 5",
                "\\boxed{1/0} | 5",
                "I do not know | x",
            })
    void mathematics_that_differs_is_wrong(String output, String reference) {
        assertThat(isRight(Verifier.Symbolic, output, reference)).isFalse();
        assertThat(isRight(Verifier.Auto, output, reference)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "B | B",
                "(B) | B",
                "B. | B",
                "B) Paris | B",
                "**B** | B",
                "The answer is B. | B",
                "The answer is (B) Paris, not (C). | B",
                "The correct answer is: **B** | B",
                "Answer: B | (B)",
                "The correct option is B because A is wrong | B",
                "I would choose option C. No, the answer is B | B",
                "\\boxed{B} | B",
                "\\boxed{\\text{B}} | B",
                "\\boxed{\\text{(B)}} | B",
                "A is too small and C too big, so (B) it is | B",
                "Paris lies in France. B | B",
                "<think>maybe (A)? the answer is A</think>The answer is B | B",
                "Final answer: $\\textbf{(B)}$ | b",
            })
    void a_choice_is_found_in_its_usual_phrasings(String output, String reference) {
        assertThat(isRight(Verifier.Choice, output, reference)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "A | B",
                "The answer is A or B | A",
                "The answer is (A) | B",
                "A good question. | A",
                "The answer is a matter of taste | A",
                "I can't say. | I",
                "Paris | B",
                "`` | B",
                "<think>the answer is B</think> | B",
                "The answer is Big | B",
            })
    void what_chooses_another_or_none_is_wrong(String output, String reference) {
        assertThat(isRight(Verifier.Choice, output, reference)).isFalse();
    }

    @Test
    void a_single_letter_is_a_choice_unless_the_row_says_otherwise() {
        assertThat(isRight(Verifier.Auto, "The answer is (C).", "C")).isTrue();
        assertThat(isRight(Verifier.Auto, "The answer is (B), not C.", "C")).isFalse();
    }

    @Test
    void a_number_is_asked_for_as_a_number() {
        assertThat(isRight(Verifier.Numeric, "It is $1,250.00 in all", "1250")).isTrue();
        assertThat(isRight(Verifier.Numeric, "It is 1,251", "1250")).isFalse();
        assertThat(isRight(Verifier.Numeric, "nothing", "1250")).isFalse();
        assertThat(isRight(Verifier.Numeric, "It was 2024-05-01", "2024-05-01")).isTrue();
        assertThat(isRight(Verifier.Numeric, "It was 2024-01-05", "2024-05-01")).isFalse();
        assertThat(new Asked("?", "Paris", Verifier.Numeric).flaw().orElseThrow())
                .contains("Paris", "a number");
        assertThat(new Asked("?", "2 and 3\n#### five", Verifier.Numeric).flaw())
                .isPresent();
        assertThat(isRight(Verifier.Numeric, "I cannot tell.", "2 and 3\n#### five"))
                .isFalse();
        assertThat(isRight(Verifier.Numeric, "the answer is 3/0", "3")).isFalse();
        assertThat(new Asked("?", "Paris", Verifier.Choice).flaw().orElseThrow())
                .contains("a letter");
        assertThat(new Asked("?", "5", Verifier.Code).flaw().orElseThrow()).contains("its tests");
        assertThat(new Asked("?", "Paris", Verifier.Auto).flaw()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Verifier.class,
            names = {"Numeric", "Symbolic", "Auto"})
    void thoughts_that_were_never_ended_are_no_answer(Verifier verifier) {
        assertThat(isRight(verifier, "<think>\nso the answer is 72", "72")).isFalse();
        assertThat(isRight(verifier, "<think>\nhm\n</think>\nthe answer is 72", "72"))
                .isTrue();
        assertThat(isRight(verifier, "It is 72, without any `<think>` before it", "72"))
                .isTrue();
    }

    private static final String PROMPT =
            "from typing import List\n\n\ndef add(values: List[int]) -> int:\n    \"\"\" Adds. \"\"\"\n";
    private static final String TESTS = "def check(candidate):\n    assert candidate([1, 2]) == 3\n\ncheck(add)\n";

    @Test
    void a_program_is_right_where_its_tests_pass_whether_it_goes_on_or_begins_anew() {
        Asked asked = new Asked(PROMPT, TESTS, Verifier.Code);
        Asked inWords = new Asked("Write add, which adds.", TESTS, Verifier.Code);
        Asked stub = new Asked(
                "Complete this:\n```python\ndef add(values):\n    pass\n```\nclass sizes vary.", TESTS, Verifier.Code);
        try (Verifiers verifiers = Verifiers.ofMachine()) {
            assertThat(verifiers.areRight(List.of(
                            new Verifiers.Given(asked, "    return sum(values)\n"),
                            new Verifiers.Given(
                                    asked,
                                    "Here:\n```python\ndef add(values: List[int]):\n    return sum(values)\n```\nDone."),
                            new Verifiers.Given(inWords, "```python\ndef add(values):\n    return sum(values)\n```"),
                            new Verifiers.Given(inWords, "def add(values):\n    return sum(values)"),
                            new Verifiers.Given(stub, "```python\ndef add(values):\n    return sum(values)\n```"),
                            new Verifiers.Given(new Asked("?", "4", Verifier.Auto), "2+2 = 4"))))
                    .containsOnly(true);
            assertThat(verifiers.areRight(List.of(
                            new Verifiers.Given(asked, "    return 4\n"),
                            new Verifiers.Given(asked, "I do not know."),
                            new Verifiers.Given(asked, ""),
                            new Verifiers.Given(asked, "    raise SystemExit(0)\n"),
                            new Verifiers.Given(inWords, "```python\ndef add(values):\n    return values\n```"),
                            new Verifiers.Given(new Asked("?", "4", Verifier.Auto), "2+2 = 5"))))
                    .containsOnly(false);
        }
    }

    /** A solution as models write it: a completion, a whole program in a block, a completion that was stripped. */
    private static String written(int style, String prompt, String solution) {
        return switch (style % 3) {
            case 0 -> solution;
            case 1 -> "Here it is:\n```python\n" + prompt + solution + "\n```\nIt runs in linear time.";
            default -> solution.strip();
        };
    }

    @Test
    void every_solution_of_human_eval_is_right_and_an_empty_body_is_not() throws IOException {
        Path file = Shared.folder("data").resolve("humaneval/HumanEval.jsonl.gz");
        List<Verifiers.Given> right = new ArrayList<>();
        List<Verifiers.Given> wrong = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line : (Iterable<String>) lines.lines()::iterator) {
                JsonNode row = new ObjectMapper().readTree(line);
                String prompt = row.get("prompt").asText();
                String tests = "%s\ncheck(%s)\n"
                        .formatted(
                                row.get("test").asText(), row.get("entry_point").asText());
                Asked asked = new Asked(prompt, tests, Verifier.Code);
                String solution = row.get("canonical_solution").asText();
                right.add(new Verifiers.Given(asked, written(right.size(), prompt, solution)));
                if (right.size() % 8 == 0) {
                    wrong.add(new Verifiers.Given(asked, "    return None\n"));
                }
            }
        }
        try (Verifiers verifiers = Verifiers.ofMachine()) {
            assertThat(verifiers.areRight(right)).hasSize(164).containsOnly(true);
            assertThat(verifiers.areRight(wrong)).containsOnly(false);
        }
    }

    @Test
    void the_chance_of_a_right_one_among_several_equals_the_reference() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(Shared.folder("golden").resolve("formulas.json").toFile())
                .get("pass_at_k");
        for (JsonNode one : golden) {
            assertThat(PassAtK.of(
                            one.get("n").asInt(),
                            one.get("c").asInt(),
                            one.get("k").asInt()))
                    .isCloseTo(one.get("out").asDouble(), within(1e-12));
        }
        assertThat(PassAtK.of(4, 0, 2)).isZero();
    }
}
