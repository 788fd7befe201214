package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.StageEstimate;
import dev.potstill.trainer.estimate.Batch;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Parts;
import dev.potstill.trainer.estimate.Phases;
import org.jspecify.annotations.Nullable;

/**
 * What a stage is going to take, worked out from its settings, its models' shapes and its rows. No weight is read.
 *
 * @param batchSize in the place of the run's own
 * @param least whether a batch is taken to be of one token: the least there can be, where the rows are not known
 */
record Forecast(Stage stage, Shapes shapes, int batchSize, boolean least, SignalForecast signals) {
    /** Tokens that a model reads at once when nothing is learned. */
    static final long READ_TOKENS = 4096;

    /** With the run's own batches. */
    static Forecast of(Stage stage, Shapes shapes, boolean least) {
        int batchSize = shapes.context().spec().training().batchSize();
        return new Forecast(stage, shapes, batchSize, least, SignalForecast.of(stage, shapes));
    }

    /** A teacher that reads rows batch by batch, and what is there of them: so many bytes of each token are kept. */
    static Parts reading(ModelSize teacher, boolean least, long keptOfToken) {
        Batch read = Batch.atMost(1, least ? 1 : READ_TOKENS);
        long states = 4L * teacher.config().width() * teacher.type().bytes();
        return new Parts()
                .and("teacher", teacher.weights())
                .and("activations", teacher.passing(read))
                .and("signals", read.tokens() * (states + 2 * keptOfToken));
    }

    /** With smaller batches. */
    Forecast of(int fewer) {
        return new Forecast(stage, shapes, fewer, least, signals);
    }

    /** With batches of one token, or of what is known of them. */
    Forecast least(boolean whether) {
        return new Forecast(stage, shapes, batchSize, whether, signals);
    }

    /** Under other settings. */
    Forecast under(DistillationRunSpec spec) {
        Shapes changed = shapes.under(spec);
        return new Forecast(stage, changed, batchSize, least, SignalForecast.of(stage, changed));
    }

    /** With room for all signals. */
    Forecast withRoom() {
        return new Forecast(stage, shapes, batchSize, least, signals.withRoom());
    }

    /** Bytes at its widest moment. */
    long memory() {
        return StageEstimate.sum(phases().widest());
    }

    StageEstimate estimate() {
        boolean known = shapes.rows(stage).isPresent();
        return new StageEstimate(
                stage,
                phases().widest(),
                new DiskForecast(stage, shapes, signals).parts(),
                steps(),
                !known,
                null,
                signals.warnings());
    }

    private Phases phases() {
        var reading = new ReadingForecast(shapes, least, signals);
        var learning = new LearningForecast(shapes, batchSize, least, signals);
        return switch (stage) {
            case Data -> new DataForecast(shapes, least).phases();
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
