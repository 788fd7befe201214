package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Stages one after the other on small models and rows, each on what those before it made. */
public final class StageChain {
    private final Path folder;
    private final String student;
    private final Map<Stage, StageOutput> made = new EnumMap<>(Stage.class);

    /**
     * @param folder holds the model {@code teacher}
     * @param student JSON of {@code spec.student}
     */
    public StageChain(Path folder, String student) throws IOException {
        this.folder = folder;
        this.student = student;
        Path data = ProblemRows.write(folder);
        made.put(Stage.Data, new StageOutput(data, input(Stage.Data), "data"));
    }

    private static InputDigest input(Stage stage) {
        return new InputDigest(stage, new TreeMap<>());
    }

    /** Runs a stage; its output is the next ones' input. */
    public StageWork.Made run(Stage stage) throws IOException {
        StageContext context = context(stage);
        StageWork.Made result = Stages.of(stage).make(context);
        made.put(stage, new StageOutput(context.out(), input(stage), stage.name()));
        return result;
    }

    /** The folder of the student that a stage made. */
    public Path student(Stage stage) {
        StageOutput output = made.get(stage);
        if (output == null) {
            throw new IllegalStateException(stage + " has not run");
        }
        return output.file(Models.STUDENT);
    }

    /** Where the next stage would begin. */
    public Models models() throws IOException {
        return new Models(context(Stage.Evaluation));
    }

    Suitability suitability() throws IOException {
        return Suitability.of(context(Stage.Evaluation));
    }

    private StageContext context(Stage stage) throws IOException {
        String manifest = """
                {"apiVersion": "potstill.dev/v1alpha1", "kind": "DistillationRun", "metadata": {"name": "tiny"}, "spec": {
                 "teachers": [{"name": "t", "model": "file://%1$s/teacher"}],
                 "student": %2$s,
                 "data": {"sources": [{"uri": "builtin://word-problems", "format": "PromptJsonl"}]},
                 "stages": ["Data", "Feature", "Response", "Reinforcement", "Quantization", "Evaluation"],
                 "training": {"batchSize": 8, "gradientAccumulation": 2, "learningRate": "1e-2", "warmupSteps": 2,
                              "epochs": 3, "maxLength": 72, "precision": "FP32"},
                 "feature": {"epochs": 3},
                 "response": {"unfrozenLayers": 1, "topK": 8},
                 "reinforcement": {"updates": 2, "promptsPerUpdate": 4, "samplesPerPrompt": 2, "maxTokens": 6,
                                   "unfrozenLayers": 1},
                 "quantization": {"groupSize": 8, "calibrationSamples": 8},
                 "evaluation": {"suites": ["Perplexity"]},
                 "checkpoint": {"everySteps": 2, "keep": 2}}}
                """.formatted(folder, student);
        StageContext context = new StageContext(
                Manifest.of(Json.parse(manifest, JsonNode.class)).spec(),
                new Upstream(input(stage), made),
                new WorkspaceLayout(folder.resolve("workspace")),
                new ProgressBoard(stage, () -> 0),
                new StopSignal(),
                warning -> {});
        Files.createDirectories(context.out());
        return context;
    }
}
