package dev.potstill.trainer;

import dev.potstill.api.Stage;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.WorkspaceLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A run of one training stage on a tiny teacher, whose trainers are processes of their own. */
record TinyRun(Path folder, Stage stage, int steps, int checkpointEvery) {
    /** Rows to train on; a step takes four. */
    private static final int ROWS = 40;

    private static final int HELD_OUT = 10;

    /** Writes the teacher, the rows and the manifest. */
    TinyRun write() throws IOException {
        new TinyLlama(4, 48, 4, 2, 96, 0.15).save(folder.resolve("teacher"), 1);
        Files.write(folder.resolve("chats.jsonl"), WordProblemChats.rows(0, ROWS + HELD_OUT));
        int epochs = steps * 4 / ROWS;
        Files.writeString(manifest(), """
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
                    heldOut: {percent: 50, maxRows: %d}
                  training: {batchSize: 2, gradientAccumulation: 2, learningRate: "1e-3", epochs: %d, precision: FP32}
                  feature: {epochs: %d}
                  response: {unfrozenLayers: 2, topK: 8}
                  reinforcement: {updates: %d, promptsPerUpdate: 4, samplesPerPrompt: 2, maxTokens: 8, unfrozenLayers: 1}
                  checkpoint: {everySteps: %d, keep: 2}
                """.formatted(stage, HELD_OUT, epochs, epochs, steps, checkpointEvery));
        return this;
    }

    private Path manifest() {
        return folder.resolve("run.yaml");
    }

    TrainerProcess start(Stage which, String workspace, String... flags) throws IOException {
        return TrainerProcess.start(
                folder,
                List.of(),
                List.of(flags),
                List.of(
                        which.name(),
                        "--run",
                        manifest().toString(),
                        "--workspace",
                        folder.resolve(workspace).toString(),
                        "--port",
                        "0"));
    }

    StageOutput output(String workspace) {
        return StageOutput.all(new WorkspaceLayout(folder.resolve(workspace)), stage)
                .getFirst();
    }

    /** Until a checkpoint of this step or a later one is saved. */
    void awaitStep(TrainerProcess trainer, String workspace, long step) throws IOException, InterruptedException {
        while (lastStep(workspace) < step) {
            if (trainer.process().waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("ended before step " + step + ": " + trainer.end());
            }
        }
    }

    private long lastStep(String workspace) {
        Path partial = folder.resolve(workspace).resolve("partial");
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
