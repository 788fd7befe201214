package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
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
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** A run that has come to its evaluation: held-out rows, and models too small to be good at them. */
final class RunToScore {
    private final Path folder;
    final StopSignal stop = new StopSignal();
    final List<String> warnings = new ArrayList<>();
    String cacheSize = "50Gi";
    String residency = "Auto";

    RunToScore(Path folder) throws IOException {
        this.folder = folder;
        Torch.start(1);
        TinyLlama.SMALL.save(folder.resolve("teacher"), 1);
        TinyLlama.SMALL.save(folder.resolve("start"), 2);
        TinyLlama.SMALL.save(folder.resolve("feature/student"), 3);
        TinyLlama.SMALL.save(folder.resolve("response/student"), 4);
        holdOut(12);
    }

    void holdOut(int count) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            WordProblems.Problem problem = new WordProblems(3).train(i);
            List<Message> chat =
                    List.of(new Message("user", problem.prompt()), new Message("assistant", problem.reasoning()));
            lines.add(Json.compact(new Row("row-" + i, chat, null, null, null, Row.Origin.Source)));
        }
        Files.createDirectories(folder.resolve("data"));
        Files.write(folder.resolve("data").resolve(DataFiles.HELD_OUT), lines);
    }

    private DistillationRunSpec spec(String evaluation) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: scored}
                spec:
                  teachers: [{name: big, model: teacher, residency: %s}]
                  student: {model: start}
                  data: {sources: [{uri: builtin://word-problems}]}
                  stages: [Data, Feature, Response, Evaluation]
                  training: {precision: FP32}
                  evaluation: {%s}
                  workspace: {cacheSize: %s}
                """.formatted(residency, evaluation, cacheSize));
        return Manifest.read(file).spec();
    }

    StageContext context(String workspace, String evaluation) throws IOException {
        return context(workspace, evaluation, () -> 0);
    }

    StageContext context(String workspace, String evaluation, LongSupplier clock) throws IOException {
        Map<Stage, StageOutput> outputs = new EnumMap<>(Stage.class);
        for (Stage stage : List.of(Stage.Data, Stage.Feature, Stage.Response)) {
            Path output = folder.resolve(stage.name().toLowerCase(java.util.Locale.ROOT));
            outputs.put(stage, new StageOutput(output, new InputDigest(stage, new TreeMap<>()), "digest-of-" + stage));
        }
        var components = new TreeMap<>(Map.of("teachers[0].model", "teacher", "trainer", "1"));
        return new StageContext(
                spec(evaluation),
                new Upstream(new InputDigest(Stage.Evaluation, components), outputs),
                new WorkspaceLayout(folder.resolve(workspace)),
                new ProgressBoard(Stage.Evaluation, clock),
                stop,
                warnings::add);
    }
}
