package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which hidden states are compared in the feature stage, and through what; on tiny random Llamas. */
class FeatureStageTest {
    @TempDir
    Path folder;

    private TrainingRun run;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        run = TrainingRun.in(folder);
    }

    private StageContext context(String workspace, String feature) throws IOException {
        return run.context(Stage.Feature, workspace, Map.of("feature", feature));
    }

    private void takeANarrowStudent() throws IOException {
        new TinyLlama(2, 8, 2, 1, 12, 0.3).save(folder.resolve("start"), 2);
    }

    @Test
    void aNarrowerStudentLearnsThroughMatricesThatAreNoPartOfIt() throws IOException {
        takeANarrowStudent();
        StageContext context = context("run", "{}");
        StageWork.Made made = new FeatureStage().make(context);
        assertThat(made.measures().get("loss.last"))
                .isLessThan(0.9 * made.measures().get("loss.first"));
        try (Weights saved =
                        SafeTensors.open(context.out().resolve(Models.STUDENT).resolve("model.safetensors"));
                Weights start = SafeTensors.open(folder.resolve("start").resolve("model.safetensors"))) {
            assertThat(saved.names()).containsExactlyInAnyOrderElementsOf(start.names());
        }
    }

    @Test
    void matricesAreResumedWithTheRest() throws IOException {
        takeANarrowStudent();
        StageContext whole = context("whole", "{}");
        new FeatureStage().make(whole);
        StageContext attempt = run.stopping(Stage.Feature, "pieces", Map.of("feature", "{}"), 5);
        assertThatThrownBy(() -> new FeatureStage().make(attempt)).isInstanceOf(Stopped.class);
        StageContext resumed = context("pieces", "{}");
        new FeatureStage().make(resumed);
        assertThat(TrainingRun.weights(resumed)).isEqualTo(TrainingRun.weights(whole));
    }

    @Test
    void aMatrixBetweenEqualWidthsBeginsAsTheIdentity() throws IOException {
        StageWork.Made without = new FeatureStage().make(context("without", "{}"));
        StageWork.Made with = new FeatureStage().make(context("with", "{\"projection\": \"Always\"}"));
        assertThat(with.measures().get("loss.first"))
                .isEqualTo(without.measures().get("loss.first"));
        assertThat(with.counts().get("parameters.trained"))
                .isEqualTo(without.counts().get("parameters.trained") + 2 * 16 * 16);
    }

    @Test
    void layersAboveTheLastThatFollowsOneStayAsTheyAre() throws IOException {
        StageContext context =
                context("run", "{\"layerMap\": \"Explicit\", \"layers\": [{\"student\": 1, \"teacher\": 3}]}");
        StageWork.Made made = new FeatureStage().make(context);
        assertThat(made.measures().get("loss.last")).isLessThan(made.measures().get("loss.first"));
        String first = "model.layers.0.mlp.up_proj.weight";
        String second = "model.layers.1.mlp.up_proj.weight";
        try (Weights saved =
                        SafeTensors.open(context.out().resolve(Models.STUDENT).resolve("model.safetensors"));
                Weights start = SafeTensors.open(folder.resolve("start").resolve("model.safetensors"))) {
            assertThat(saved.get(second).floats()).isEqualTo(start.get(second).floats());
            assertThat(saved.get(first).floats()).isNotEqualTo(start.get(first).floats());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            3 | 1 | spec.feature.layers[0].student: found 3, expected 1 to 2, as the student has 2 layers
            2 | 5 | spec.feature.layers[0].teacher: found 5, expected 1 to 4, as the teacher has 4 layers
            """)
    void layersThatAreNotThereAreNamed(int student, int teacher, String message) throws IOException {
        StageContext context = context(
                "run",
                "{\"layerMap\": \"Explicit\", \"layers\": [{\"student\": %d, \"teacher\": %d}]}"
                        .formatted(student, teacher));
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> new FeatureStage().make(context))
                .withMessage(message)
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED));
    }
}
