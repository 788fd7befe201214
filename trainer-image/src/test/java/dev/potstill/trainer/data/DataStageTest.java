package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.contract.DataCard;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.ParrotLlama;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataBench.Result;
import dev.potstill.trainer.data.Row.Grade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        Apples.teacher(folder.resolve("teacher"));
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
        DataCard card = result.card();
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
        result.steps();
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
        bench.file("prompts.jsonl", Apples.prompts(10, "7"));
        bench.source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 3, temperature: \"1\", maxTokens: 6}");
        assertThatThrownBy(bench::run)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageContaining("nothing is left to train on after the step answers")
                .hasMessageContaining("as wrong");
    }

    @Test
    void where_no_row_stays_none_is_said_to_open_alike() throws IOException {
        bench.file("chats.jsonl", "{\"question\": \"q three?\", \"answer\": \"Paris\"}");
        bench.source("chats.jsonl", "ChatJsonl").data("augmentation: {samplesPerPrompt: 0}");
        assertThatThrownBy(bench::run).hasMessageContaining("nothing is left to train on after the step filter");
        assertThat(bench.warnings()).isEmpty();
    }

    @Test
    void prompts_alone_are_refused_where_nobody_is_to_answer_them() throws IOException {
        bench.file("prompts.jsonl", Apples.prompts(3, "5"));
        bench.source("prompts.jsonl", "PromptJsonl").data("augmentation: {samplesPerPrompt: 0}");
        assertThatThrownBy(bench::run)
                .hasMessageContaining("spec.data.augmentation.samplesPerPrompt: found 0")
                .hasMessageContaining("spec.data.sources[0]");
    }

    @Test
    void texts_are_refused_too_where_nobody_is_to_answer_them_and_before_anything_is_read() throws IOException {
        bench.file("chats.jsonl", Apples.chats(3));
        bench.file("notes.txt", "Why is the sky blue?");
        bench.source("chats.jsonl", "ChatJsonl")
                .source("notes.txt", "Text")
                .data(ANY, "augmentation: {samplesPerPrompt: 0}");
        assertThatThrownBy(bench::run)
                .hasMessageContaining("spec.data.augmentation.samplesPerPrompt: found 0")
                .hasMessageContaining("spec.data.sources[1]");
    }
}
