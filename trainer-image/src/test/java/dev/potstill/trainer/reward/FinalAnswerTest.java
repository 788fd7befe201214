package dev.potstill.trainer.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.builtin.WordProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FinalAnswerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "48/2=24 in May. 48+24=72 altogether. #### 72 | 72",
                "It is \\boxed{72}. Checked with 5. | 72",
                "It is \\boxed{\\frac{3}{4}} | 0.75",
                "so \\boxed{\\text{about } 1{,}250} | 1250",
                "The answer is 72 apples because 3 were added to 69. | 72",
                "The answer is: **$1,234.50**. | 1234.5",
                "Final answer: 3 + 4 = 7. | 7",
                "12+7=19; 19-9=10; = 10 | 10",
                "3 * 4 = 12 dollars. | 12",
                "First 3, then 8, so they have 11 | 11",
                "They grew by 50%. | 50",
                "They grew by 50 %. | 50 %",
                "He is left with -5 | -5",
                "He is left with \u22125 | -5",
                "He lost 10-5 | 5",
                "It costs -$3.20 | -3.2",
                "It costs $-3.20 | -3.20",
                "one has 1/2 | 0.5",
                "one has 2 1/2 | 2.5",
                "one has 2/4 | 1/2",
                "the answer is .5 | 0.50",
                "The answer is 1,000,000 | 1000000",
                "<think>the answer is 5? no, 6</think>It is 6. | 6",
                "The answer is B. | b",
                "The answer is **Yes** | yes",
                "\\boxed{\\text{Paris}} | Paris",
                "72 | #### 72",
                "#### 72 | The sum: 48+24. #### 72",
                "She has \u0661\u0668 | 18",
                "\u0967\u0968.\u096B | 12.5",
                "\\boxed{\uFF11\uFF18} | 18",
                "18 | \u0661\u0668",
                "\u0661\u066C\u0662\u0665\u0660\u066B\u0665 | 1250.5",
                "\uD835\uDFCF\uD835\uDFD6 | 18",
                "The answer is 2024-05-01. | 2024-05-01",
                "It is due on 2024/05/01, in week 18 | 2024-05-01",
            })
    void what_is_right_counts_as_right(String output, String reference) {
        assertThat(FinalAnswer.isRight(output, reference)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "48+24=73 altogether. #### 73 | 72",
                "It is 72. #### 73 | 72",
                "I do not know | 72",
                "'' | 72",
                "The answer is 7.2 | 72",
                "The answer is 720 | 72",
                "The answer is -72 | 72",
                "<think>it is 72</think> | 72",
                "#### | 72",
                "0.33 | 1/3",
                "The answer is A or B | A",
                "1/0 | 0",
                "The answer is 2024-05-01 | 2024-01-05",
                "She has \u0661\u0669 | 18",
            })
    void what_is_wrong_counts_as_wrong(String output, String reference) {
        assertThat(FinalAnswer.isRight(output, reference)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#### Step 1: write it down\n2*30=60\n\n#### Step 2: Conclusion\nSo the final answer is \\boxed{60}.",
                "##### Result\n60",
                "It is \\boxed{60}, see #### note",
                "The answer is 60, see #### note",
                "#### Result\n60",
                "2*30 = 60\n#### 60\n\n",
                "2*30 = 60 #### 60",
                "#### Step 7\nThe answer is 60.",
                "The answer is 60.\n#### A heading that goes on and on for far more than any answer does, up to 7 and more",
            })
    void hashes_conclude_on_the_last_line_alone_and_a_box_comes_first(String output) {
        for (Verifier verifier : List.of(Verifier.Auto, Verifier.Numeric, Verifier.Symbolic)) {
            try (var verifiers = new Verifiers(() -> {
                throw new AssertionError("no program is to be run");
            })) {
                var asked = new Asked("?", "60", verifier);
                assertThat(verifiers.areRight(List.of(new Verifiers.Given(asked, output))))
                        .as(verifier + ": " + output)
                        .containsExactly(true);
            }
        }
    }

    @Test
    void a_text_without_a_number_has_no_final_answer() {
        assertThat(FinalAnswer.of("I cannot tell.")).isEmpty();
    }

    @Test
    void a_long_run_of_digits_is_read_in_no_time() {
        assertThat(FinalAnswer.of("= ".repeat(20_000) + "7".repeat(100_000))).isPresent();
    }

    @Test
    void every_word_problem_is_right_by_its_own_reasoning() {
        var problems = new WordProblems(5);
        LongStream.range(0, 2_000).mapToObj(problems::train).forEach(problem -> {
            assertThat(FinalAnswer.isRight(problem.reasoning(), Long.toString(problem.answer())))
                    .isTrue();
            assertThat(FinalAnswer.isRight(problem.reasoning(), Long.toString(problem.answer() + 1)))
                    .isFalse();
        });
    }

    @Test
    void every_answer_of_gsm8k_is_right_by_its_own_reference_and_nearly_every_one_without_its_mark()
            throws IOException {
        List<String> answers = gsm8k();
        assertThat(answers).hasSize(1319).allMatch(answer -> FinalAnswer.isRight(answer, answer));
        // Without the mark, the last number is the answer in most solutions, which is what a model without one gets.
        long found = answers.stream()
                .filter(answer -> FinalAnswer.isRight(answer.substring(0, answer.indexOf("####")), answer))
                .count();
        assertThat(found).isGreaterThan(1100);
    }

    @Test
    void no_answer_of_gsm8k_is_right_by_the_next_ones_reference_unless_they_are_equal() throws IOException {
        List<String> answers = gsm8k();
        for (int i = 1; i < answers.size(); i++) {
            String mine =
                    answers.get(i).substring(answers.get(i).indexOf("####") + 4).strip();
            String others = answers.get(i - 1)
                    .substring(answers.get(i - 1).indexOf("####") + 4)
                    .strip();
            boolean equal = mine.replace(",", "").equals(others.replace(",", ""));
            assertThat(FinalAnswer.isRight(answers.get(i), others))
                    .as(mine + " and " + others)
                    .isEqualTo(equal);
        }
    }

    private static List<String> gsm8k() throws IOException {
        List<String> answers = new ArrayList<>();
        for (String line : Files.readAllLines(Shared.folder("data").resolve("gsm8k/test.jsonl"))) {
            JsonNode row = new ObjectMapper().readTree(line);
            answers.add(row.path("answer").asText());
        }
        return answers;
    }
}
