package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** A run of a training stage in a folder of its own: tiny random Llamas as {@code teacher} and {@code start}, and word problems. */
record TrainingRun(Path folder) {
    static final TinyLlama MODEL = new TinyLlama(4, 16, 4, 2, 24, 0.3);

    static TrainingRun in(Path folder) throws IOException {
        MODEL.save(folder.resolve("teacher"), 1);
        new TinyLlama(2, 16, 4, 2, 24, 0.3).save(folder.resolve("start"), 2);
        ProblemRows.write(folder);
        return new TrainingRun(folder);
    }

    /** So many rows, and a report, as the data stage leaves them. */
    TrainingRun withRows(int count) throws IOException {
        Path data = folder.resolve("data");
        Files.write(data.resolve(DataFiles.TRAIN), ProblemRows.answered(0, count));
        Files.writeString(
                data.resolve(StageReport.NAME),
                Json.pretty(new StageReport(Stage.Data, "", "", 0, Map.of(), Map.of(), List.of(), Map.of())));
        return this;
    }

    /** Word problems' special tokens, and a token for each ASCII character. */
    static String characters() throws IOException {
        ObjectNode json = Json.parse(WordProblemTokenizer.tokenizerJson(), ObjectNode.class);
        ((ObjectNode) json.at("/pre_tokenizer/pattern")).put("Regex", ".");
        ObjectNode vocabulary = json.withObject("/model/vocab");
        int special = json.get("added_tokens").size();
        vocabulary.properties().removeIf(token -> token.getValue().asInt() >= special);
        IntStream.rangeClosed(' ', '~')
                .forEach(character -> vocabulary.put(Character.toString(character), vocabulary.size()));
        return json.toString();
    }

    /** @param settings more fields of the manifest: a JSON object of what goes into a section, by its name */
    StageContext context(Stage stage, String workspace, Map<String, String> settings) throws IOException {
        return context(stage, workspace, settings, new StopSignal(), () -> 0);
    }

    /** A context that is asked to stop at the n-th look at the clock: in the middle of the work, and always at the same place. */
    StageContext stopping(Stage stage, String workspace, Map<String, String> settings, int look) throws IOException {
        StopSignal stop = new StopSignal();
        AtomicInteger looks = new AtomicInteger();
        return context(stage, workspace, settings, stop, () -> {
            if (looks.incrementAndGet() == look) {
                stop.raise();
            }
            return looks.get();
        });
    }

    private StageContext context(
            Stage stage, String workspace, Map<String, String> settings, StopSignal stop, LongSupplier clock)
            throws IOException {
        InputDigest input = new InputDigest(stage, new TreeMap<>(settings));
        StageOutput data =
                new StageOutput(folder.resolve("data"), new InputDigest(Stage.Data, new TreeMap<>()), "digest");
        StageContext context = new StageContext(
                Manifest.of(manifest(stage, settings)).spec(),
                new Upstream(input, Map.of(Stage.Data, data)),
                new WorkspaceLayout(folder.resolve(workspace)),
                new ProgressBoard(stage, clock),
                stop,
                warning -> {});
        Files.createDirectories(context.out());
        return context;
    }

    private JsonNode manifest(Stage stage, Map<String, String> settings) throws IOException {
        ObjectNode manifest = Json.parse("""
                {"apiVersion": "potstill.dev/v1alpha1", "kind": "DistillationRun", "metadata": {"name": "tiny"}, "spec": {
                 "teachers": [{"name": "t", "model": "file://%1$s/teacher"}],
                 "student": {"model": "file://%1$s/start", "lora": {"rank": 4, "alpha": 8, "targets": "AllLinear"}},
                 "data": {"sources": [{"uri": "builtin://word-problems", "format": "PromptJsonl"}]},
                 "stages": ["Data", "%2$s"],
                 "training": {"batchSize": 8, "gradientAccumulation": 2, "learningRate": "1e-2", "warmupSteps": 2,
                              "epochs": 3, "maxLength": 72, "precision": "FP32"},
                 "feature": {"epochs": 3},
                 "response": {"unfrozenLayers": 1, "topK": 8, "onPolicyMaxTokens": 12},
                 "checkpoint": {"everySteps": 2, "keep": 2}}}
                """.formatted(folder, stage), ObjectNode.class);
        for (Map.Entry<String, String> section : settings.entrySet()) {
            manifest.withObject("/spec/" + section.getKey()).setAll(Json.parse(section.getValue(), ObjectNode.class));
        }
        return manifest;
    }

    /** The saved student's weights, byte for byte. */
    static byte[] weights(StageContext context) throws IOException {
        return weights(context, "model.safetensors");
    }

    static byte[] weights(StageContext context, String file) throws IOException {
        return Files.readAllBytes(context.out().resolve(Models.STUDENT).resolve(file));
    }
}
