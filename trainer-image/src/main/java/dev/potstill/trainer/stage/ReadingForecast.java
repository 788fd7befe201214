package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Suite;
import dev.potstill.trainer.estimate.Batch;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Parts;
import dev.potstill.trainer.estimate.Phases;
import dev.potstill.trainer.model.RowBudget;
import java.util.Optional;

/** Memory of the stages after Data in which models read and answer, and nothing is learned by steps. */
record ReadingForecast(Shapes shapes, boolean least, SignalForecast signals) {
    Phases quantization() {
        long length = spec().training().maxLength();
        long tokens = least ? 1 : spec().quantization().calibrationSamples() * length;
        long width = student().config().width();
        long computed = Math.min(tokens, Forecast.READ_TOKENS) * width * 8L * Float.BYTES;
        long kept = tokens * width * 2L * student().type().bytes();
        return new Phases()
                .working(new Parts()
                        .and("student", student().weights())
                        .and("activations", computed + kept)
                        .and("layer", student().config().largestLayer() * 3 * Float.BYTES));
    }

    /**
     * The teacher is open beside the others where they are compared with it, or else before or after them: as a whole, but for a
     * streamed one that is not scored itself.
     */
    Phases evaluation() {
        boolean beside = spec().evaluation().suites().contains(Suite.Divergence);
        boolean scored = EvaluationStage.isTeacherScored(spec());
        Batch batch = Batch.atMost(1, least ? 1 : Forecast.READ_TOKENS);
        Optional<ModelSize> teacher =
                shapes.teacher().filter(_ -> beside || scored).map(size -> scored ? size.whole() : size);
        Optional<ModelSize> open = teacher.filter(_ -> beside);
        Optional<ModelSize> run = open.filter(_ -> signals.isTeacherRunAtEachStep());
        Phases phases = new Phases()
                .working(answering("student", student())
                        .and("teacher", open.map(ModelSize::weights).orElse(0L))
                        .and(
                                "teacher's activations",
                                run.map(size -> size.passing(batch)).orElse(0L)));
        teacher.ifPresent(size -> {
            if (size.streamed()) {
                phases.and(Forecast.reading(
                        size, least, (long) size.config().width() * size.type().bytes()));
            } else {
                phases.working(answering("teacher", size));
            }
        });
        return phases;
    }

    private Parts answering(String name, ModelSize model) {
        long read = least ? 1 : Forecast.READ_TOKENS;
        int length = least ? 1 : spec().training().maxLength();
        long rows = least ? 1 : RowBudget.ofMachine().rows(model.config(), model.type(), length, length);
        return new Parts()
                .and(name, model.weights())
                .and("activations", model.passing(Batch.atMost(1, Math.max(read, rows * length))))
                .and("cache of keys and values", model.cache(rows * length));
    }

    private DistillationRunSpec spec() {
        return shapes.context().spec();
    }

    private ModelSize student() {
        return shapes.student();
    }
}
