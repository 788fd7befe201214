package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.TrainerProcess.Ended;
import dev.potstill.trainer.builtin.WordProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainers that are ended by signals: started again, they make the very bytes that an undisturbed one makes. */
class InterruptedRunTest {
    private static final int ROWS = 50;

    @TempDir
    private Path folder;

    private enum Signal {
        TERM,
        KILL
    }

    /** A signal, and the step after which it is sent. */
    private record Blow(Signal signal, long step) {}

    @Test
    void a_stage_stopped_and_killed_makes_the_same_bytes() throws Exception {
        Path run = prepare(Stage.Response, 40);
        assertSame(run, Stage.Response, 40, List.of(new Blow(Signal.TERM, 8), new Blow(Signal.KILL, 20)));
    }

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Response", "Reinforcement"})
    @EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
    void two_hundred_steps_stopped_three_times_and_killed_once_make_the_same_bytes(Stage stage) throws Exception {
        Path run = prepare(stage, 200);
        assertSame(
                run,
                stage,
                200,
                List.of(
                        new Blow(Signal.TERM, 20),
                        new Blow(Signal.TERM, 60),
                        new Blow(Signal.KILL, 110),
                        new Blow(Signal.TERM, 150)));
    }

    private void assertSame(Path run, Stage stage, long steps, List<Blow> blows) throws Exception {
        assertThat(start(run, stage, "whole").end()).isEqualTo(new Ended(0, ""));
        assertThat(output("whole", stage).report().counts())
                .containsEntry(stage == Stage.Reinforcement ? "updates" : "steps", steps);
        for (Blow blow : blows) {
            TrainerProcess trainer = start(run, stage, "pieces");
            awaitStep(trainer, stage, blow.step());
            if (blow.signal() == Signal.TERM) {
                trainer.process().destroy();
                assertThat(trainer.end().code()).isEqualTo(ExitCode.STOPPED.code());
            } else {
                trainer.process().destroyForcibly();
                assertThat(trainer.end().code()).isEqualTo(ExitCode.KILLED.code());
            }
        }
        assertThat(start(run, stage, "pieces").end()).isEqualTo(new Ended(0, ""));

        assertThat(output("pieces", stage).file("student/model.safetensors"))
                .hasSameBinaryContentAs(output("whole", stage).file("student/model.safetensors"));
        assertThat(output("pieces", stage).outputDigest())
                .isEqualTo(output("whole", stage).outputDigest());
        assertThat(output("pieces", stage).report().curves())
                .isEqualTo(output("whole", stage).report().curves());
    }

    /** A run whose training stage has so many steps, and its data in both workspaces. */
    private Path prepare(Stage stage, int steps) throws Exception {
        new TinyLlama(4, 48, 4, 2, 96, 0.15).save(folder.resolve("teacher"), 1);
        List<String> chats = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            WordProblems.Problem problem = new WordProblems(3).train(i);
            chats.add(Json.compact(
                    Map.of("question", problem.prompt(), "answer", problem.reasoning() + " #### " + problem.answer())));
        }
        Files.write(folder.resolve("chats.jsonl"), chats);
        int epochs = steps * 4 / 40;
        Path run = Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: tiny}
                spec:
                  teachers: [{name: tiny, model: teacher}]
                  student: {model: teacher, keepLayers: 3, lora: {rank: 4, alpha: 8, targets: AllLinear}}
                  stages: [Data, %s]
                  data:
                    sources: [{uri: chats.jsonl, format: ChatJsonl}]
                    filter: {reasoning: Any}
                    augmentation: {samplesPerPrompt: 0}
                    heldOut: {percent: 50, maxRows: 10}
                  training: {batchSize: 2, gradientAccumulation: 2, learningRate: "1e-3", epochs: %d, precision: FP32}
                  feature: {epochs: %d, maxSamples: 40}
                  response: {unfrozenLayers: 2, topK: 8}
                  reinforcement: {updates: %d, promptsPerUpdate: 4, samplesPerPrompt: 2, maxTokens: 8, unfrozenLayers: 1}
                  checkpoint: {everySteps: 10, keep: 2}
                """.formatted(stage, epochs, epochs, steps));
        assertThat(start(run, Stage.Data, "whole").end()).isEqualTo(new Ended(0, ""));
        copy(folder.resolve("whole"), folder.resolve("pieces"));
        return run;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    private TrainerProcess start(Path run, Stage stage, String workspace) throws IOException {
        return TrainerProcess.start(
                folder,
                List.of(
                        stage.name(),
                        "--run",
                        run.toString(),
                        "--workspace",
                        folder.resolve(workspace).toString(),
                        "--port",
                        "0"));
    }

    private StageOutput output(String workspace, Stage stage) {
        return StageOutput.all(new WorkspaceLayout(folder.resolve(workspace)), stage)
                .getFirst();
    }

    /** Until a checkpoint of this step or a later one is saved. */
    private void awaitStep(TrainerProcess trainer, Stage stage, long step) throws Exception {
        while (lastStep(stage) < step) {
            if (trainer.process().waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("ended before step " + step + ": " + trainer.end());
            }
        }
    }

    private long lastStep(Stage stage) {
        Path partial = folder.resolve("pieces").resolve("partial");
        return names(partial)
                .filter(name -> name.startsWith(stage + "-"))
                .flatMap(name -> names(partial.resolve(name)))
                .filter(name -> name.startsWith("checkpoint-"))
                .mapToLong(name -> Long.parseLong(name.substring("checkpoint-".length())))
                .max()
                .orElse(-1);
    }

    private static Stream<String> names(Path folder) {
        return Stream.of(Objects.requireNonNullElse(folder.toFile().list(), new String[0]));
    }
}
