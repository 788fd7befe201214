package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The three training stages on a tiny random Llama: what is stopped and resumed ends in the very same weights. */
class TrainingStagesTest {
    private static final TinyLlama TEACHER = new TinyLlama(4, 16, 4, 2, 24, 0.3);

    @TempDir
    Path folder;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        TEACHER.save(folder.resolve("teacher"), 1);
        ProblemRows.write(folder);
    }

    private StageContext context(Stage stage, String workspace, StopSignal stop, LongSupplier clock)
            throws IOException {
        return context(stage, workspace, stop, clock, 2, 1);
    }

    private StageContext context(
            Stage stage, String workspace, StopSignal stop, LongSupplier clock, int keepLayers, int unfrozenLayers)
            throws IOException {
        String manifest = """
                {"apiVersion": "potstill.dev/v1alpha1", "kind": "DistillationRun", "metadata": {"name": "tiny"}, "spec": {
                 "teachers": [{"name": "t", "model": "file://%1$s/teacher"}],
                 "student": {"model": "file://%1$s/teacher", "keepLayers": %3$d,
                             "lora": {"rank": 4, "alpha": 8, "targets": "AllLinear"}},
                 "data": {"sources": [{"uri": "builtin://word-problems", "format": "PromptJsonl"}]},
                 "stages": ["Data", "%2$s"],
                 "training": {"batchSize": 8, "gradientAccumulation": 2, "learningRate": "1e-2", "warmupSteps": 2,
                              "epochs": 3, "maxLength": 72, "precision": "FP32"},
                 "feature": {"epochs": 3},
                 "response": {"unfrozenLayers": %4$d, "topK": 8},
                 "reinforcement": {"updates": 6, "promptsPerUpdate": 4, "samplesPerPrompt": 2, "maxTokens": 6,
                                   "unfrozenLayers": 1},
                 "checkpoint": {"everySteps": 2, "keep": 2}}}
                """.formatted(folder, stage, keepLayers, unfrozenLayers);
        WorkspaceLayout layout = new WorkspaceLayout(folder.resolve(workspace));
        InputDigest input =
                new InputDigest(stage, new TreeMap<>(Map.of("student.keepLayers", String.valueOf(keepLayers))));
        StageOutput data =
                new StageOutput(folder.resolve("data"), new InputDigest(Stage.Data, new TreeMap<>()), "digest");
        StageContext context = new StageContext(
                Manifest.of(Json.parse(manifest, JsonNode.class)).spec(),
                new Upstream(input, Map.of(Stage.Data, data)),
                layout,
                new ProgressBoard(stage, clock),
                stop,
                warning -> {});
        Files.createDirectories(context.out());
        return context;
    }

    /** The saved student's weights, byte for byte. */
    private static byte[] weights(StageContext context) throws IOException {
        return Files.readAllBytes(context.out().resolve(Models.STUDENT).resolve("model.safetensors"));
    }

    /** Raises the signal at the n-th look at the clock: somewhere in the middle of the work, and always at the same place. */
    private static LongSupplier raisingAt(StopSignal stop, int look) {
        AtomicInteger looks = new AtomicInteger();
        return () -> {
            if (looks.incrementAndGet() == look) {
                stop.raise();
            }
            return looks.get();
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Response", "Reinforcement"})
    void stoppedTwiceAndResumedEndsInTheSameWeights(Stage stage) throws IOException {
        StageContext whole = context(stage, "whole", new StopSignal(), () -> 0);
        StageWork.Made made = Stages.of(stage).make(whole);

        for (int look : new int[] {4, 5}) {
            StopSignal stop = new StopSignal();
            StageContext attempt = context(stage, "pieces", stop, raisingAt(stop, look));
            assertThatThrownBy(() -> Stages.of(stage).make(attempt)).isInstanceOf(Stopped.class);
        }
        StageContext last = context(stage, "pieces", new StopSignal(), () -> 0);
        StageWork.Made resumed = Stages.of(stage).make(last);

        assertThat(weights(last)).isEqualTo(weights(whole));
        assertThat(resumed.curves()).isEqualTo(made.curves());
    }

    @ParameterizedTest
    @EnumSource(names = {"Feature", "Response"})
    void theLossFalls(Stage stage) throws IOException {
        Map<String, Double> measures = Stages.of(stage)
                .make(context(stage, "run", new StopSignal(), () -> 0))
                .measures();
        assertThat(measures.get("loss.last")).isLessThan(0.8 * measures.get("loss.first"));
    }

    @Test
    void whatIsStoredOfOneStudentIsNotTakenForAnother() throws IOException {
        Stage stage = Stage.Response;
        StageContext alone = context(stage, "alone", new StopSignal(), () -> 0, 3, 2);
        Stages.of(stage).make(alone);

        // One frozen layer, as above, but of a student of two layers.
        Stages.of(stage).make(context(stage, "shared", new StopSignal(), () -> 0, 2, 1));
        StageContext after = context(stage, "shared", new StopSignal(), () -> 0, 3, 2);
        Stages.of(stage).make(after);

        assertThat(weights(after)).isEqualTo(weights(alone));
    }

    @Test
    void noLayersNamedMeansAllAreTrained() throws IOException {
        StageContext context = context(Stage.Response, "all", new StopSignal(), () -> 0, 2, 0);
        Map<String, Long> counts = new ResponseStage().make(context).counts();
        StageContext both = context(Stage.Response, "both", new StopSignal(), () -> 0, 2, 2);
        assertThat(counts.get("parameters.trained"))
                .isEqualTo(new ResponseStage().make(both).counts().get("parameters.trained"));
    }

    @Test
    void aStudentOfAnotherVocabularyIsRefused() throws IOException {
        StageContext context = context(Stage.Response, "run", new StopSignal(), () -> 0);
        Path config = folder.resolve("teacher").resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replaceAll("\"vocab_size\" *: *\\d+", "\"vocab_size\" : 20"));
        assertThatThrownBy(() -> new ResponseStage().make(context))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("20");
    }
}
