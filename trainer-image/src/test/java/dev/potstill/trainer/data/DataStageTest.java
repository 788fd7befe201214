package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.DataCard.Step;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.ParrotLlama;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataBench.Result;
import dev.potstill.trainer.data.Row.Grade;
import dev.potstill.trainer.data.Row.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataStageTest {
    private static final String ANY = "filter: {reasoning: Any}";

    @TempDir
    private Path folder;

    private DataBench bench;

    @BeforeEach
    void setUp() {
        bench = new DataBench(folder);
        // Says "= 5", "= 8" or, without an end, "= ===…".
        ParrotLlama.save(
                folder.resolve("teacher"),
                Map.of(
                        "<sep>", List.of("="),
                        "=", List.of(" ", " has"),
                        " ", List.of("5", "8"),
                        "5", List.of("<eos>"),
                        "8", List.of("<eos>"),
                        " has", List.of(" has")),
                10);
    }

    private static String[] prompts(int count, String answer) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"prompt\": \"Tom has %d apples.\", \"answer\": \"%s\"}".formatted(i, answer))
                .toArray(String[]::new);
    }

    @Test
    void only_whole_right_and_different_answers_of_the_teacher_are_kept() throws IOException {
        bench.file("prompts.jsonl", prompts(60, "5"));
        Result result = bench.source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 4, temperature: \"1\", maxTokens: 6}")
                .run();

        List<Row> train = result.rows(DataFiles.TRAIN);
        assertThat(train).isNotEmpty().allSatisfy(row -> {
            assertThat(row.messages().getLast().content()).isEqualTo("= 5");
            assertThat(row.reference()).isEqualTo("5");
            assertThat(row.origin()).isEqualTo(Origin.Teacher);
            // After "=" and after " " there are two equally likely tokens, and then the end: 2 · ln 2 over 4 tokens.
            assertThat(row.perplexity()).isCloseTo(Math.sqrt(2), org.assertj.core.data.Offset.offset(0.01));
        });
        assertThat(train).extracting(row -> row.messages().getFirst()).doesNotHaveDuplicates();
        // Of sixty prompts one is held out, to which one answer is enough.
        assertThat(result.count("sampled")).isEqualTo(59 * 4 + 1);
        assertThat(result.count("sampled.right") + result.count("dropped.wrong") + result.count("dropped.truncated"))
                .isEqualTo(59 * 4 + 1);
        assertThat(result.count("dropped.heldOutSpare")).isZero();
        DataCard card = card(result);
        assertThat(addingUp(card)).extracting(Step::name).containsExactly("filter", "answers", "grading");
        assertThat(card.steps().get(1).in()).isEqualTo(60);
        assertThat(card.steps().get(1).added()).isEqualTo(59 * 3);
        // A quarter each is right and wrong, half has no end: five deviations at most.
        assertThat(result.count("sampled.right")).isBetween(26L, 94L);
        assertThat(result.count("dropped.truncated")).isBetween(81L, 159L);
        assertThat(result.count("sampled.right"))
                .isEqualTo(result.count("dropped.duplicateAnswer")
                        + result.count("dropped.heldOutSpare")
                        + result.count("rows.kept")
                        + result.count("rows.heldOut"));
    }

    @Test
    void a_wrong_answer_stands_beside_a_right_one_to_the_same_prompt() throws IOException {
        bench.file("prompts.jsonl", prompts(40, "5"));
        Result result = bench.source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 6, temperature: \"1\", maxTokens: 6}")
                .run();

        Set<Object> trained = result.rows(DataFiles.TRAIN).stream()
                .map(row -> row.messages().getFirst())
                .collect(Collectors.toSet());
        assertThat(result.contrasts()).isNotEmpty().allSatisfy(pair -> {
            assertThat(pair.right()).isEqualTo("= 5");
            assertThat(pair.wrong()).isEqualTo("= 8");
            assertThat(trained).contains(pair.prompt().getLast());
        });
        assertThat(bench.data(
                                ANY,
                                "augmentation: {samplesPerPrompt: 6, temperature: \"1\", maxTokens: 6, contrastive: false}")
                        .run()
                        .contrasts())
                .isEmpty();
    }

    @Test
    void what_is_held_out_is_never_trained_on_nor_asked_in_reinforcement() throws IOException {
        bench.file("prompts.jsonl", prompts(100, "5"));
        Result result = bench.source("prompts.jsonl", "PromptJsonl")
                .data(
                        ANY,
                        "augmentation: {samplesPerPrompt: 5, temperature: \"1\", maxTokens: 6}",
                        "heldOut: {percent: 20}")
                .run();

        var heldOut = questions(result.rows(DataFiles.HELD_OUT));
        assertThat(heldOut).isNotEmpty().hasSizeLessThanOrEqualTo(20);
        assertThat(questions(result.rows(DataFiles.TRAIN))).doesNotContainAnyElementsOf(heldOut);
        var asked = questions(result.rows(DataFiles.PROMPTS));
        assertThat(asked).hasSize(80).doesNotContainAnyElementsOf(heldOut);
        assertThat(result.rows(DataFiles.PROMPTS)).allSatisfy(row -> {
            assertThat(row.messages().getLast().role()).isEqualTo("user");
            assertThat(row.reference()).isEqualTo("5");
        });
    }

    @Test
    void a_rows_own_verifier_judges_its_answers_and_goes_with_it() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : prompts(40, "x")) {
            lines.add(line.replace("\"x\"", "\"\\\\frac{10}{2}\"").replaceFirst("}$", ", \"verifier\": \"Symbolic\"}"));
        }
        bench.file("prompts.jsonl", lines.toArray(String[]::new));
        Result result = bench.source("prompts.jsonl", "PromptJsonl")
                .data(
                        ANY,
                        "augmentation: {samplesPerPrompt: 4, temperature: \"1\", maxTokens: 6}",
                        "heldOut: {percent: 20}")
                .run();
        for (String file : List.of(DataFiles.TRAIN, DataFiles.PROMPTS, DataFiles.HELD_OUT)) {
            assertThat(result.rows(file))
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row.verifier()).isEqualTo(Verifier.Symbolic));
        }
        assertThat(result.rows(DataFiles.TRAIN))
                .allSatisfy(
                        row -> assertThat(row.messages().getLast().content()).isEqualTo("= 5"));
    }

    private static DataCard card(Result result) throws IOException {
        return Json.read(result.out().resolve(DataFiles.CARD), DataCard.class);
    }

    /** The steps of a card, in each of which no row is lost; what one hands on the next is given. */
    static List<Step> addingUp(DataCard card) {
        assertThat(card.steps()).allSatisfy(step -> {
            long dropped =
                    step.dropped().values().stream().mapToLong(Long::longValue).sum();
            assertThat(step.in() + step.added()).as(step.name()).isEqualTo(step.out() + step.heldOut() + dropped);
        });
        for (int i = 1; i < card.steps().size(); i++) {
            assertThat(card.steps().get(i).in())
                    .isEqualTo(card.steps().get(i - 1).out());
        }
        return card.steps();
    }

    @Test
    void sampled_answers_that_are_dropped_stand_beside_the_rows_that_were_there() throws IOException {
        bench.file("chats.jsonl", chats(61));
        Result result = bench.source("chats.jsonl", "ChatJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 1, maxTokens: 1}")
                .run();
        Step answers = addingUp(card(result)).get(1);
        assertThat(answers).isEqualTo(new Step("answers", 61, 60, 60, 1, Map.of("truncated", 60L)));
    }

    private static String[] chats(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "{\"question\": \"Tom has %d apples.\", \"answer\": \"= %d\"}".formatted(i, i % 2 == 0 ? 5 : 8))
                .toArray(String[]::new);
    }

    @Test
    void the_answer_that_a_later_source_knows_is_held_against_the_chats_of_an_earlier_one() throws IOException {
        bench.file("chats.jsonl", chats(40));
        bench.file("prompts.jsonl", prompts(40, "5"));
        Result result = bench.source("chats.jsonl", "ChatJsonl")
                .source("prompts.jsonl", "PromptJsonl")
                .data(
                        ANY,
                        "augmentation: {samplesPerPrompt: 1, temperature: \"1\", maxTokens: 6}",
                        "heldOut: {percent: 5}")
                .run();
        assertThat(result.count("dropped.duplicate")).isEqualTo(40);
        assertThat(result.rows(DataFiles.PROMPTS))
                .hasSize(38)
                .allSatisfy(row -> assertThat(row.reference()).isEqualTo("5"));
        assertThat(result.rows(DataFiles.TRAIN)).isNotEmpty().allSatisfy(row -> {
            assertThat(row.reference()).isEqualTo("5");
            assertThat(row.messages().getLast().content()).isEqualTo("= 5");
        });
        assertThat(result.count("dropped.wrongAnswer")).isEqualTo(20);
        addingUp(card(result));
    }

    @Test
    void with_fewer_samples_than_are_wanted_all_prompts_have_their_share_and_it_is_warned_of() throws IOException {
        bench.file("prompts.jsonl", prompts(40, "5"));
        Result result = bench.source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 5, maxSamples: 50, temperature: \"1\", maxTokens: 6}")
                .run();
        assertThat(result.count("sampled")).isEqualTo(50);
        assertThat(result.count("dropped.noAnswer")).isZero();
        assertThat(bench.warnings())
                .singleElement()
                .asString()
                .contains("spec.data.augmentation.maxSamples: found 50, but 196 answers are wanted to 40 prompts");
        addingUp(card(result));
    }

    @Test
    void without_chance_one_answer_is_sampled_and_the_card_says_so() throws IOException {
        bench.file("prompts.jsonl", prompts(40, "5"));
        bench.file("chats.jsonl", chats(40));
        Result result = bench.source("chats.jsonl", "ChatJsonl")
                .source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 5, temperature: \"0\", maxTokens: 6}")
                .run();
        assertThat(card(result).sampling().samplesPerPrompt()).isEqualTo(1);
        assertThat(card(result).sampling().wanted())
                .isEqualTo(result.rows(DataFiles.PROMPTS).size());
    }

    private static Set<String> questions(List<Row> rows) {
        return rows.stream().map(row -> row.messages().getFirst().content()).collect(Collectors.toSet());
    }

    @Test
    void the_grades_have_exactly_their_shares_and_the_hardest_are_the_challenge() throws IOException {
        TinyLlama.SMALL.save(folder.resolve("teacher"), 3);
        bench.file(
                "chats.jsonl",
                IntStream.range(0, 205)
                        .mapToObj(i -> "{\"question\": \"Sam has %d books.\", \"answer\": \"%d+1=%d; = %d\"}"
                                .formatted(i, i, i + 1, i + 1))
                        .toArray(String[]::new));
        Result result = bench.source("chats.jsonl", "ChatJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 0}", "heldOut: {percent: 1}")
                .run();

        List<Row> hardestLast = result.rows(DataFiles.TRAIN).stream()
                .sorted(Comparator.comparing(Row::perplexity).thenComparing(Row::id))
                .toList();
        assertThat(hardestLast).hasSize(203);
        assertThat(hardestLast.subList(0, 122)).extracting(Row::grade).containsOnly(Grade.Base);
        assertThat(hardestLast.subList(122, 183)).extracting(Row::grade).containsOnly(Grade.Advanced);
        assertThat(hardestLast.subList(183, 203)).extracting(Row::grade).containsOnly(Grade.Challenge);
        assertThat(result.made().counts())
                .containsEntry("graded.base", 122L)
                .containsEntry("graded.advanced", 61L)
                .containsEntry("graded.challenge", 20L);
        DataCard card = Json.read(result.out().resolve(DataFiles.CARD), DataCard.class);
        assertThat(card.lengths().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(203);
        assertThat(card.sources().getFirst().digest()).matches("[0-9a-f]{64}");
    }

    @Test
    void each_dropped_row_is_counted_by_its_reason() throws IOException {
        bench.file(
                "chats.jsonl",
                "{\"question\": \"q one?\", \"answer\": \"1+1=2; 2+1=3; = 3\"}",
                "{\"question\": \"q one?\", \"answer\": \"1+1=2; 2+1=3; = 3\"}",
                "{\"question\": \"q two?\", \"answer\": \" \"}",
                "{\"question\": \"q three?\", \"answer\": \"Paris\"}",
                "{\"question\": \"q four?\", \"answer\": \"So it is, then: = 3\"}",
                "{\"question\": \"q five?\", \"answer\": \"2+2=4; 4*2=8; #### 8\"}",
                "{\"question\": \"q six?\", \"answer\": \"%s #### 8\"}".formatted("1+1=2; ".repeat(60)),
                "{\"question\": \"Tom has 24 coins. He gives away 10. He finds 15 more. He sells 6. How many coins are left?\","
                        + " \"answer\": \"24-10=14; 14+15=29; 29-6=23; = 23\"}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"and no answer?\"}]}");
        Result result = bench.source("chats.jsonl", "ChatJsonl")
                .data("augmentation: {samplesPerPrompt: 0}")
                .spec("evaluation: {suites: [WordProblems]}", "training: {maxLength: 128}")
                .run();

        assertThat(result.made().counts())
                .containsEntry("rows.read", 9L)
                .containsEntry("dropped.duplicate", 1L)
                .containsEntry("dropped.emptyAnswer", 1L)
                .containsEntry("dropped.noReasoning", 1L)
                .containsEntry("dropped.tooLong", 1L)
                .containsEntry("dropped.contaminated.WordProblems", 1L)
                .containsEntry("dropped.noAnswer", 1L);
        addingUp(card(result));
        assertThat(result.count("rows.kept") + result.count("rows.heldOut")).isEqualTo(3);
    }

    @Test
    void questions_of_gsm8k_are_kept_out_even_with_words_around_them() throws IOException {
        Path exam = Shared.folder("data").resolve("gsm8k/test.jsonl");
        String question = Json.parse(Files.readAllLines(exam).get(7), Map.class)
                .get("question")
                .toString();
        bench.file(
                "chats.jsonl",
                Json.compact(Map.of("question", question, "answer", "1+1=2; 2+1=3; #### 3")),
                Json.compact(Map.of(
                        "question", "Hi! " + question.toUpperCase() + " Thanks.", "answer", "1+1=2; 2+1=4; #### 3")),
                Json.compact(Map.of("question", "What is one and one and one?", "answer", "1+1=2; 2+1=3; #### 3")),
                Json.compact(Map.of("question", "What is two and one and one?", "answer", "2+1=3; 3+1=4; #### 4")));
        Result result = bench.source("chats.jsonl", "ChatJsonl")
                .data("augmentation: {samplesPerPrompt: 0}")
                .spec("evaluation: {suites: [GSM8K], data: [{suite: GSM8K, uri: \"" + exam + "\"}]}")
                .run();

        assertThat(result.count("dropped.contaminated.GSM8K")).isEqualTo(2);
        assertThat(result.count("rows.kept")).isEqualTo(1);
        assertThat(result.count("rows.heldOut")).isEqualTo(1);
    }

    @Test
    void builtin_problems_bring_prompts_with_references_and_none_of_the_exam() throws IOException {
        Map<String, List<String>> anyNumber = new HashMap<>(Map.of("<sep>", List.of("="), "=", List.of(" ")));
        anyNumber.put(" ", digits());
        digits().forEach(digit -> anyNumber.put(digit, more()));
        ParrotLlama.save(folder.resolve("teacher"), anyNumber, 10);
        Result result = bench.source("builtin://word-problems", "PromptJsonl")
                .data(
                        "filter: {reasoning: Any, maxInteractions: 200}",
                        "augmentation: {samplesPerPrompt: 16, temperature: \"1\", maxTokens: 6}")
                .spec("evaluation: {suites: [WordProblems]}", "training: {maxLength: 96}")
                .run();

        assertThat(result.count("rows.read")).isEqualTo(200);
        assertThat(result.rows(DataFiles.PROMPTS)).hasSizeBetween(150, 199).allSatisfy(row -> {
            assertThat(row.reference()).matches("\\d+");
            assertThat(WordProblems.isHeldOut(row.messages().getFirst().content()))
                    .isFalse();
        });
        assertThat(result.rows(DataFiles.TRAIN))
                .isNotEmpty()
                .allSatisfy(
                        row -> assertThat(row.messages().getLast().content()).isEqualTo("= " + row.reference()));
    }

    private static List<String> digits() {
        return IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    }

    private static List<String> more() {
        var more = new ArrayList<>(digits());
        more.add("<eos>");
        return more;
    }

    @Test
    void where_nothing_is_left_the_step_and_the_reason_are_named() throws IOException {
        bench.file("prompts.jsonl", prompts(10, "7"));
        bench.source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 3, temperature: \"1\", maxTokens: 6}");
        assertThatThrownBy(bench::run)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageContaining("nothing is left to train on after the step answers")
                .hasMessageContaining("as wrong");
    }

    @Test
    void prompts_alone_are_refused_where_nobody_is_to_answer_them() throws IOException {
        bench.file("prompts.jsonl", prompts(3, "5"));
        bench.source("prompts.jsonl", "PromptJsonl").data("augmentation: {samplesPerPrompt: 0}");
        assertThatThrownBy(bench::run)
                .hasMessageContaining("spec.data.augmentation.samplesPerPrompt: found 0")
                .hasMessageContaining("spec.data.sources[0]");
    }

    @Test
    void texts_are_refused_too_where_nobody_is_to_answer_them_and_before_anything_is_read() throws IOException {
        bench.file("chats.jsonl", chats(3));
        bench.file("notes.txt", "Why is the sky blue?");
        bench.source("chats.jsonl", "ChatJsonl")
                .source("notes.txt", "Text")
                .data(ANY, "augmentation: {samplesPerPrompt: 0}");
        assertThatThrownBy(bench::run)
                .hasMessageContaining("spec.data.augmentation.samplesPerPrompt: found 0")
                .hasMessageContaining("spec.data.sources[1]");
    }

    @Test
    void an_interrupted_stage_makes_the_same_files_as_one_that_is_not() throws IOException {
        bench.file("prompts.jsonl", prompts(700, "5"));
        bench.source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 5, temperature: \"1\", maxTokens: 6}");
        Result whole = bench.run(folder.resolve("one"));
        Result broken = bench.run(folder.resolve("two"));
        assertThat(broken.partial().resolve("sampled")).isDirectoryContaining("glob:**000001.jsonl");
        // As a kill leaves it: a later step is not there, a batch is missing, another is half written.
        Files.delete(broken.partial().resolve("sampled/000001.jsonl"));
        Files.writeString(broken.partial().resolve("sampled/unfinished"), "{\"question\": \"s0-0");
        delete(broken.partial().resolve("answered"));
        delete(broken.partial().resolve("graded"));
        delete(broken.out());
        Files.createDirectory(broken.out());
        bench.run(folder.resolve("two"));
        for (String file : List.of(
                DataFiles.TRAIN, DataFiles.HELD_OUT, DataFiles.PROMPTS, DataFiles.CONTRASTIVE, DataFiles.CARD)) {
            assertThat(broken.out().resolve(file))
                    .hasSameBinaryContentAs(whole.out().resolve(file));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var below = Files.walk(folder)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
