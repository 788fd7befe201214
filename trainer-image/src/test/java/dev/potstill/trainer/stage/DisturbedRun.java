package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Runs of one training stage on a tiny random Llama: nine steps, a checkpoint every two, and what was warned of. */
record DisturbedRun(Path folder, Stage stage, String precision, String learningRate, List<String> warnings) {

    static DisturbedRun in(Path folder, Stage stage) throws IOException {
        return in(folder, stage, "FP32", "1e-2");
    }

    /** Writes the model and the rows. */
    static DisturbedRun in(Path folder, Stage stage, String precision, String learningRate) throws IOException {
        new TinyLlama(3, 16, 4, 2, 24, 0.3).save(folder.resolve("teacher"), 1);
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.write(data.resolve(DataFiles.TRAIN), rows(0, 40));
        Files.write(data.resolve(DataFiles.PROMPTS), rows(0, 40));
        Files.write(data.resolve(DataFiles.HELD_OUT), rows(40, 50));
        return new DisturbedRun(folder, stage, precision, learningRate, new ArrayList<>());
    }

    private static List<String> rows(int from, int to) {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < to; i++) {
            WordProblems.Problem problem = new WordProblems(3).train(i);
            List<Message> messages =
                    List.of(new Message("user", problem.prompt()), new Message("assistant", problem.reasoning()));
            lines.add(Json.compact(
                    new Row("r" + i, messages, String.valueOf(problem.answer()), null, null, Row.Origin.Source)));
        }
        return lines;
    }

    StageContext context(String workspace, StopSignal stop, LongSupplier clock) throws IOException {
        String manifest = """
                {"apiVersion": "potstill.dev/v1alpha1", "kind": "DistillationRun", "metadata": {"name": "tiny"}, "spec": {
                 "teachers": [{"name": "t", "model": "file://%1$s/teacher"}],
                 "student": {"model": "file://%1$s/teacher", "keepLayers": 2,
                             "lora": {"rank": 4, "alpha": 8, "targets": "AllLinear"}},
                 "data": {"sources": [{"uri": "builtin://word-problems", "format": "PromptJsonl"}]},
                 "stages": ["Data", "%2$s"],
                 "training": {"batchSize": 8, "gradientAccumulation": 2, "learningRate": "%4$s", "warmupSteps": 2,
                              "epochs": 3, "maxLength": 72, "precision": "%3$s"},
                 "feature": {"epochs": 3},
                 "response": {"unfrozenLayers": 1, "topK": 8},
                 "reinforcement": {"updates": 9, "promptsPerUpdate": 4, "samplesPerPrompt": 2, "maxTokens": 6,
                                   "unfrozenLayers": 1},
                 "checkpoint": {"everySteps": 2, "keep": 3}}}
                """.formatted(folder, stage, precision, learningRate);
        StageOutput data =
                new StageOutput(folder.resolve("data"), new InputDigest(Stage.Data, new TreeMap<>()), "digest");
        StageContext context = new StageContext(
                Manifest.of(Json.parse(manifest, JsonNode.class)).spec(),
                new Upstream(new InputDigest(stage, new TreeMap<>()), Map.of(Stage.Data, data)),
                new WorkspaceLayout(folder.resolve(workspace)),
                new ProgressBoard(stage, clock),
                stop,
                warnings::add);
        Files.createDirectories(context.out());
        return context;
    }

    /** What a stage made, with its student's weights byte for byte. */
    @SuppressWarnings("ArrayRecordComponent") // compared by the tests
    record End(StageWork.Made made, byte[] weights) {}

    /** Works to the end. */
    End make(String workspace) throws IOException {
        return make(workspace, new StopSignal(), () -> 0);
    }

    End make(String workspace, StopSignal stop, LongSupplier clock) throws IOException {
        StageContext context = context(workspace, stop, clock);
        StageWork.Made made = Stages.of(stage).make(context);
        return new End(
                made, Files.readAllBytes(context.out().resolve(Models.STUDENT).resolve("model.safetensors")));
    }

    /** Its checkpoints, the newest first. */
    List<Path> checkpoints(String workspace) throws IOException {
        Path partial = context(workspace, new StopSignal(), () -> 0).partial();
        try (Stream<Path> files = Files.list(partial)) {
            return files.filter(path -> path.getFileName().toString().startsWith("checkpoint-"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }
}
