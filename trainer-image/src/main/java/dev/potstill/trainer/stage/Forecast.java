package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.contract.StageEstimate;
import dev.potstill.trainer.estimate.Phases;
import org.jspecify.annotations.Nullable;

/**
 * What a stage is going to take, worked out from its settings, its models' shapes and its rows. No weight is read.
 *
 * @param batchSize in the place of the run's own
 * @param least whether a batch is taken to be of one token: the least there can be, where the rows are not known
 */
record Forecast(Stage stage, Shapes shapes, int batchSize, boolean least) {
    /** Tokens that a model reads at once when nothing is learned. */
    static final long READ_TOKENS = 4096;

    StageEstimate estimate() {
        boolean known = shapes.rows(stage).isPresent();
        return new StageEstimate(
                stage, phases().widest(), new DiskForecast(stage, shapes).parts(), steps(), !known, null);
    }

    private Phases phases() {
        var reading = new ReadingForecast(shapes, least);
        var learning = new LearningForecast(shapes, batchSize, least);
        return switch (stage) {
            case Data -> reading.data();
            case Feature -> learning.feature();
            case Response -> learning.response();
            case Reinforcement -> learning.reinforcement();
            case Quantization -> reading.quantization();
            case Evaluation -> reading.evaluation();
        };
    }

    private @Nullable Long steps() {
        return shapes.rows(stage)
                .map(set -> shapes.steps(stage, set, batchSize))
                .orElse(null);
    }
}
