package dev.potstill.trainer.stage;

import dev.potstill.api.Checkpoint;
import dev.potstill.api.Training.Order;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.train.AdamW;
import dev.potstill.trainer.train.Checkpoints;
import dev.potstill.trainer.train.Epochs;
import dev.potstill.trainer.train.Levels;
import dev.potstill.trainer.train.Objective;
import dev.potstill.trainer.train.Parameters;
import dev.potstill.trainer.train.Schedule;
import dev.potstill.trainer.train.TrainingLoop;
import dev.potstill.trainer.train.TrainingSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stage's training as its settings say: the stage's own where it has them, else those all stages share. */
final class Training {
    private final StageContext context;
    private final TrainingSet set;
    private final Epochs epochs;
    private final double learningRate;

    Training(StageContext context, TrainingSet set, int epochs, @Nullable String learningRate) {
        dev.potstill.api.Training shared = context.spec().training();
        this.context = context;
        this.set = set;
        this.epochs = epochs(shared, set, epochs, shared.batchSize());
        this.learningRate = Double.parseDouble(learningRate == null ? shared.learningRate() : learningRate);
    }

    /** So many epochs over a set, in the order that the settings ask for. */
    static Epochs epochs(dev.potstill.api.Training shared, TrainingSet set, int epochs, int batchSize) {
        return new Epochs(
                set.size(),
                epochs,
                batchSize,
                shared.gradientAccumulation(),
                shared.seed(),
                shared.order() == Order.Curriculum ? set.levels() : Levels.NONE);
    }

    /** What training came to. */
    record Result(TrainingLoop.State state, TrainingSet set, long parameters) {
        StageWork.Made made() {
            List<Point> losses = state.curves().getOrDefault("loss", List.of());
            Map<String, Double> measures = new LinkedHashMap<>();
            if (!losses.isEmpty()) {
                measures.put("loss.first", losses.getFirst().value());
                measures.put("loss.last", losses.getLast().value());
            }
            Map<String, Long> counts = new LinkedHashMap<>();
            counts.put("samples", (long) set.size());
            counts.put("steps", state.step());
            counts.put("tokens", state.tokens());
            state.rollbacks().addTo(counts);
            counts.put("parameters.trained", parameters);
            return new StageWork.Made(counts, measures, List.of(), state.curves());
        }
    }

    /** How many steps it takes. */
    long steps() {
        return epochs.steps();
    }

    /** Trains these weights of the model; the objective is closed after. */
    Result train(LanguageModel model, List<String> names, Objective objective) {
        return train(ownMemory(model, names), objective);
    }

    /** Trains these weights, each with memory of its own; the objective is closed after. */
    Result train(Map<String, Tensor> trained, Objective objective) {
        try (objective;
                Parameters parameters = new Parameters(trained, AdamW.FINE_TUNING)) {
            Checkpoint checkpoint = context.spec().checkpoint();
            Checkpoints checkpoints =
                    new Checkpoints(context.partial(), checkpoint.everySteps(), checkpoint.keep(), context.warnings());
            Schedule schedule =
                    new Schedule(learningRate, context.spec().training().warmupSteps(), epochs.steps());
            TrainingLoop loop = new TrainingLoop(epochs, schedule, checkpoints, context.progress(), context.stop());
            return new Result(loop.run(parameters, objective), set, parameters.elements());
        }
    }

    /** The trained weights, moved out of the mapped file, which cannot be written to. */
    static Map<String, Tensor> ownMemory(LanguageModel model, List<String> names) {
        Map<String, Tensor> trained = new LinkedHashMap<>();
        for (String name : names) {
            try (Scope scope = Scope.open()) {
                Tensor old = model.get(name);
                model.replace(name, Ops.copy(scope, old, old.type()));
                trained.put(name, model.get(name));
            }
        }
        return trained;
    }
}
