package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.contract.DataCard.Step;
import dev.potstill.trainer.data.DataBench.Result;
import dev.potstill.trainer.data.Row.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of answers that a teacher is asked for, and of what is known of the prompts. */
class SampledDataTest {
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
    void only_whole_right_and_different_answers_of_the_teacher_are_kept() throws IOException {
        bench.file("prompts.jsonl", Apples.prompts(60, "5"));
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
        assertThat(result.steps()).extracting(Step::name).containsExactly("filter", "answers", "grading");
        assertThat(result.card().steps().get(1).in()).isEqualTo(60);
        assertThat(result.card().steps().get(1).added()).isEqualTo(59 * 3);
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
        bench.file("prompts.jsonl", Apples.prompts(40, "5"));
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
        bench.file("prompts.jsonl", Apples.prompts(100, "5"));
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

    private static Set<String> questions(List<Row> rows) {
        return rows.stream().map(row -> row.messages().getFirst().content()).collect(Collectors.toSet());
    }

    @Test
    void a_rows_own_verifier_judges_its_answers_and_goes_with_it() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Apples.prompts(40, "x")) {
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

    @Test
    void sampled_answers_that_are_dropped_stand_beside_the_rows_that_were_there() throws IOException {
        bench.file("chats.jsonl", Apples.chats(61));
        Result result = bench.source("chats.jsonl", "ChatJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 1, maxTokens: 1}")
                .run();
        Step answers = result.steps().get(1);
        assertThat(answers).isEqualTo(new Step("answers", 61, 60, 60, 1, Map.of("truncated", 60L)));
    }

    @Test
    void the_answer_that_a_later_source_knows_is_held_against_the_chats_of_an_earlier_one() throws IOException {
        bench.file("chats.jsonl", Apples.chats(40));
        bench.file("prompts.jsonl", Apples.prompts(40, "5"));
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
        result.steps();
    }

    @Test
    void with_fewer_samples_than_are_wanted_all_prompts_have_their_share_and_it_is_warned_of() throws IOException {
        bench.file("prompts.jsonl", Apples.prompts(40, "5"));
        Result result = bench.source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 5, maxSamples: 50, temperature: \"1\", maxTokens: 6}")
                .run();
        assertThat(result.count("sampled")).isEqualTo(50);
        assertThat(result.count("dropped.noAnswer")).isZero();
        assertThat(bench.warnings())
                .singleElement()
                .asString()
                .contains("spec.data.augmentation.maxSamples: found 50, but 196 answers are wanted to 40 prompts");
        result.steps();
    }

    @Test
    void without_chance_one_answer_is_sampled_and_the_card_says_so() throws IOException {
        bench.file("prompts.jsonl", Apples.prompts(40, "5"));
        bench.file("chats.jsonl", Apples.chats(40));
        Result result = bench.source("chats.jsonl", "ChatJsonl")
                .source("prompts.jsonl", "PromptJsonl")
                .data(ANY, "augmentation: {samplesPerPrompt: 5, temperature: \"0\", maxTokens: 6}")
                .run();
        assertThat(result.card().sampling().samplesPerPrompt()).isEqualTo(1);
        assertThat(result.card().sampling().wanted())
                .isEqualTo(result.rows(DataFiles.PROMPTS).size());
    }

    @Test
    void an_interrupted_stage_makes_the_same_files_as_one_that_is_not() throws IOException {
        bench.file("prompts.jsonl", Apples.prompts(700, "5"));
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
