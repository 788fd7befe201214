package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.data.DataBench.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any number of trainers make the training set that one makes. */
class DataSharesTest {
    private static final List<String> FILES = List.of(
            DataFiles.TRAIN,
            DataFiles.HELD_OUT,
            DataFiles.PROMPTS,
            DataFiles.CONTRASTIVE,
            DataFiles.PATHS,
            DataFiles.FILTERED,
            DataFiles.QUARANTINE,
            DataFiles.CARD);

    @TempDir
    private static Path folder;

    private static DataBench bench;
    private static Result alone;

    @BeforeAll
    static void setUp() throws IOException {
        bench = new DataBench(folder);
        TinyLlama.SMALL.save(folder.resolve("teacher"), 1);
        Files.createDirectory(folder.resolve("chats"));
        for (int file = 0; file < 15; file++) {
            // A third of each file is in the next one too: what the first files hold is not as much as it seems.
            bench.file("chats/%02d.jsonl".formatted(file), chats(file * 100, 150));
        }
        bench.source("chats", "ChatJsonl")
                .data(
                        "filter: {reasoning: Any, maxInteractions: 1400}",
                        "heldOut: {percent: 5}",
                        "augmentation: {samplesPerPrompt: 2, temperature: \"1\", maxTokens: 6}");
        alone = bench.run(folder.resolve("alone"));
        assertThat(alone.count("rows.collected")).isEqualTo(1400);
        assertThat(alone.count("dropped.duplicate")).isPositive();
        assertThat(alone.partial().resolve("parts")).isDirectoryContaining("glob:**00013");
        assertThat(alone.partial().resolve("sampled")).isDirectoryContaining("glob:**000010.jsonl");
        assertThat(alone.partial().resolve("graded")).isDirectoryContaining("glob:**000003.jsonl");
    }

    private static String[] chats(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> "{\"question\": \"Tom has %d apples.\", \"answer\": \"%s= %d\"}"
                        .formatted(i, "1+1=2; ".repeat(i % 5), i % 7))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 16})
    void trainers_at_work_at_the_same_time_make_it_bit_for_bit(int shards) throws Exception {
        assertSame(together(bench, folder.resolve("together-" + shards), shards), alone);
    }

    private static Result together(DataBench bench, Path workspace, int shards) throws Exception {
        List<Runnable> trainers = new ArrayList<>();
        for (int index = 0; index < shards; index++) {
            trainers.add(bench.share(workspace, new Shard(index, shards)));
        }
        try (var threads = Executors.newFixedThreadPool(shards)) {
            for (var each : trainers.stream().map(threads::submit).toList()) {
                each.get();
            }
        }
        return bench.gather(workspace);
    }

    @Test
    void prompts_are_rated_and_shared_among_two_teachers_by_all_of_them() throws Exception {
        TinyLlama.SMALL.save(folder.resolve("small"), 2);
        var routed = new DataBench(folder)
                .source("chats", "ChatJsonl")
                .teacher("small")
                .spec("routing: {easy: small, hard: tiny, policy: Perplexity, hardPercent: 40}")
                .data(
                        "filter: {reasoning: Any}",
                        "augmentation: {samplesPerPrompt: 2, temperature: \"1\", maxTokens: 6, tokenBudget: 60000}");
        Result expected = routed.run(folder.resolve("routed-alone"));
        assertThat(expected.partial().resolve("rated")).isDirectoryContaining("glob:**000001.jsonl");
        assertSame(together(routed, folder.resolve("routed-together"), 3), expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 16})
    void answers_known_elsewhere_and_few_samples_are_shared_alike(int shards) throws Exception {
        bench.file(
                "known.jsonl",
                IntStream.range(0, 600)
                        .mapToObj(i -> "{\"prompt\": \"Tom has %d apples.\", \"answer\": \"%d\"}".formatted(i, i % 6))
                        .toArray(String[]::new));
        var few = new DataBench(folder)
                .source("chats", "ChatJsonl")
                .source("known.jsonl", "PromptJsonl")
                .data(
                        "filter: {reasoning: Any}",
                        "heldOut: {percent: 5}",
                        "augmentation: {samplesPerPrompt: 2, maxSamples: 700, temperature: \"1\", maxTokens: 4}");
        Result expected = few.run(folder.resolve("few-alone-" + shards));
        assertThat(expected.count("sampled")).isEqualTo(700);
        assertThat(expected.rows(DataFiles.PROMPTS)).isNotEmpty();
        assertSame(together(few, folder.resolve("few-together-" + shards), shards), expected);
    }

    @Test
    void one_of_them_alone_makes_all_of_it() throws IOException {
        bench.share(folder.resolve("one-of-three"), new Shard(1, 3)).run();
        assertSame(bench.gather(folder.resolve("one-of-three")), alone);
    }

    private static void assertSame(Result found, Result expected) {
        assertThat(found.made()).isEqualTo(expected.made());
        for (String file : FILES) {
            assertThat(found.out().resolve(file))
                    .hasSameBinaryContentAs(expected.out().resolve(file));
        }
        assertThat(names(found)).noneMatch(name -> name.contains("unfinished") || name.contains("look"));
    }

    private static List<String> names(Result result) {
        try (var below = Files.walk(result.partial())) {
            return below.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
