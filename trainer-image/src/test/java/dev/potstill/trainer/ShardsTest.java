package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.TerminationMessage.Finished;
import dev.potstill.contract.TerminationMessage.Shared;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.TrainerProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainers that share a stage, as processes at work at the same time. */
class ShardsTest {
    @TempDir
    private Path folder;

    private Path run;

    @BeforeEach
    void setUp() throws Exception {
        TinyLlama.SMALL.save(folder.resolve("teacher"), 1);
        TinyLlama.SMALL.save(folder.resolve("start"), 2);
        run = Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: shared}
                spec:
                  teachers: [{name: big, model: teacher}]
                  student: {model: start}
                  data: {sources: [{uri: chats.jsonl}], filter: {reasoning: Any}, heldOut: {percent: 30}}
                  stages: [Data, Evaluation]
                  training: {precision: FP32}
                  evaluation: {suites: [WordProblems, Perplexity], maxSamples: 8}
                """);
        Files.write(folder.resolve("chats.jsonl"), chats(40));
    }

    private static List<String> chats(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "{\"question\": \"Tom has %d apples.\", \"answer\": \"%d+1=%d; = 5\"}".formatted(i, i, i + 1))
                .toList();
    }

    @Test
    void three_at_once_make_what_one_alone_makes_and_the_last_of_them_tells() throws Exception {
        done("alone", "Data", "0/1");
        done("alone", "Evaluation", "0/1");
        done("together", "Data", "0/1");
        var trainers = List.of(
                start("together", "Evaluation", "0/3"),
                start("together", "Evaluation", "1/3"),
                start("together", "Evaluation", "2/3"));
        for (TrainerProcess trainer : trainers) {
            assertThat(trainer.end()).isEqualTo(new Ended(0, ""));
        }

        assertThat(evaluation("together").outputDigest())
                .isEqualTo(evaluation("alone").outputDigest());
        var said = new ArrayList<TerminationMessage>();
        for (String shard : List.of("0/3", "1/3", "2/3")) {
            said.add(word("together", "Evaluation", shard));
        }
        assertThat(said)
                .hasAtLeastOneElementOfType(Finished.class)
                .allMatch(word -> word instanceof Finished(var report, var _)
                        ? report.scores().equals(evaluation("alone").report().scores())
                        : word instanceof Shared);
    }

    @Test
    void those_left_of_three_finish_the_data_of_one_that_is_killed() throws Exception {
        TinyLlama.TEACHER.save(folder.resolve("teacher"), 1);
        Files.write(folder.resolve("chats.jsonl"), chats(400));
        Files.writeString(
                run,
                Files.readString(run)
                        .replace(
                                "heldOut:",
                                "augmentation: {samplesPerPrompt: 3, temperature: \"1\", maxTokens: 24}, heldOut:"));
        done("alone", "Data", "0/1");

        TrainerProcess first = start("together", "Data", "0/3");
        TrainerProcess killed = start("together", "Data", "1/3");
        TrainerProcess last = start("together", "Data", "2/3");
        awaitSampled("000001.jsonl", killed);
        killed.process().destroyForcibly();
        assertThat(killed.end().code()).isEqualTo(ExitCode.KILLED.code());
        assertThat(first.end()).isEqualTo(new Ended(0, ""));
        assertThat(last.end()).isEqualTo(new Ended(0, ""));
        assertThat(output("together", Stage.Data).outputDigest())
                .isEqualTo(output("alone", Stage.Data).outputDigest());
        output("together", Stage.Data).verify();

        done("together", "Data", "1/3");
        assertThat(word("together", "Data", "1/3")).isInstanceOfSatisfying(Finished.class, found -> {
            assertThat(found.reused()).isTrue();
            assertThat(found.report().outputDigest())
                    .isEqualTo(output("together", Stage.Data).outputDigest());
        });
        assertThat(folder.resolve("together").resolve("partial")).isEmptyDirectory();
    }

    /** Until the first part of a trainer's own is there. */
    private void awaitSampled(String part, TrainerProcess trainer) throws Exception {
        Path partial = folder.resolve("together").resolve("partial");
        while (Stream.of(Objects.requireNonNullElse(partial.toFile().list(), new String[0]))
                .noneMatch(stage ->
                        Files.exists(partial.resolve(stage).resolve("sampled").resolve(part)))) {
            if (trainer.process().waitFor(10, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("ended too early: " + trainer.end());
            }
        }
    }

    @Test
    void a_share_that_is_none_is_refused() throws Exception {
        assertThat(start("w", "Evaluation", "3/3").end())
                .isEqualTo(new Ended(64, "error: --shard: found 3/3, expected a share from 0/3 to 2/3\n"));
        assertThat(start("w", "Feature", "0/2").end())
                .isEqualTo(new Ended(
                        64, "error: --shard: found 0/2, expected 0/1, for this stage is the work of one trainer\n"));
    }

    private void done(String workspace, String stage, String shard) throws Exception {
        assertThat(start(workspace, stage, shard).end()).isEqualTo(new Ended(0, ""));
    }

    private TrainerProcess start(String workspace, String stage, String shard) throws IOException {
        return TrainerProcess.start(
                folder,
                List.of(
                        stage,
                        "--run",
                        run.toString(),
                        "--workspace",
                        folder.resolve(workspace).toString(),
                        "--shard",
                        shard,
                        "--port",
                        "0",
                        "--termination-log",
                        lastWord(workspace, stage, shard).toString()));
    }

    private TerminationMessage word(String workspace, String stage, String shard) throws IOException {
        return TerminationMessage.parse(Files.readString(lastWord(workspace, stage, shard)))
                .orElseThrow();
    }

    private Path lastWord(String workspace, String stage, String shard) {
        return folder.resolve("%s-%s-%s".formatted(workspace, stage, shard.replace('/', '-')));
    }

    private StageOutput evaluation(String workspace) {
        return output(workspace, Stage.Evaluation);
    }

    private StageOutput output(String workspace, Stage stage) {
        List<StageOutput> all = StageOutput.all(new WorkspaceLayout(folder.resolve(workspace)), stage);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }
}
