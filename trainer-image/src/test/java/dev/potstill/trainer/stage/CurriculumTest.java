package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import dev.potstill.contract.Json;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.data.Row.Grade;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with the easy rows first. */
class CurriculumTest {
    private static final Map<String, String> CURRICULUM = Map.of("training", "{\"order\": \"Curriculum\"}");

    @TempDir
    private Path folder;

    private static void grade(Path train) throws IOException {
        List<String> graded = new ArrayList<>();
        for (String line : Files.readAllLines(train)) {
            Row row = Json.parse(line, Row.class);
            Grade grade = Grade.values()[graded.size() % 3];
            graded.add(Json.compact(
                    new Row(row.id(), row.messages(), row.reference(), grade, 2.0, row.origin(), row.verifier())));
        }
        Files.write(train, graded);
    }

    @Test
    void the_order_is_felt_and_a_resumed_stage_goes_on_in_it() throws IOException {
        TrainingRun run = TrainingRun.in(folder);
        grade(folder.resolve("data").resolve(DataFiles.TRAIN));
        var shuffled = run.context(Stage.Feature, "shuffled", Map.of());
        var curriculum = run.context(Stage.Feature, "curriculum", CURRICULUM);
        new FeatureStage().make(shuffled);
        new FeatureStage().make(curriculum);
        assertThat(TrainingRun.weights(curriculum)).isNotEqualTo(TrainingRun.weights(shuffled));

        var stopped = run.stopping(Stage.Feature, "pieces", CURRICULUM, 8);
        assertThatThrownBy(() -> new FeatureStage().make(stopped)).isInstanceOf(Stopped.class);
        var resumed = run.context(Stage.Feature, "pieces", CURRICULUM);
        new FeatureStage().make(resumed);
        assertThat(TrainingRun.weights(resumed)).isEqualTo(TrainingRun.weights(curriculum));
    }
}
