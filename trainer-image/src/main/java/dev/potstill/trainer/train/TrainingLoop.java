package dev.potstill.trainer.train;

import dev.potstill.contract.Problem;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Steps through the epochs: gradients, optimiser, checkpoint, and a stop between steps when one is asked for. */
public final class TrainingLoop {
    private final Epochs epochs;
    private final Schedule schedule;
    private final Checkpoints checkpoints;
    private final ProgressBoard progress;
    private final StopSignal stop;

    /** What a checkpoint holds beside the tensors, and what the stage reports in the end. */
    public record State(long step, long tokens, double lastLoss, Map<String, List<Point>> curves) {
        static State fresh() {
            return new State(0, 0, Double.NaN, new LinkedHashMap<>());
        }
    }

    public TrainingLoop(
            Epochs epochs, Schedule schedule, Checkpoints checkpoints, ProgressBoard progress, StopSignal stop) {
        this.epochs = epochs;
        this.schedule = schedule;
        this.checkpoints = checkpoints;
        this.progress = progress;
        this.stop = stop;
    }

    /** Trains from the newest checkpoint, or from the start, to the end. */
    public State run(Parameters parameters, Objective objective) {
        State state = resume(parameters);
        progress.begin("training", state.step(), epochs.steps());
        while (state.step() < epochs.steps()) {
            state = step(state, parameters, objective);
            boolean stopped = stop.isRaised();
            if (stopped || checkpoints.isDue(state.step(), epochs.steps())) {
                checkpoints.save(state.step(), parameters.state(), state);
            }
            if (stopped) {
                throw new Stopped();
            }
        }
        return state;
    }

    private State resume(Parameters parameters) {
        State[] found = {State.fresh()};
        checkpoints.restore(State.class, (tensors, state) -> {
            parameters.restore(tensors);
            found[0] = state;
        });
        return found[0];
    }

    private State step(State before, Parameters parameters, Objective objective) {
        List<int[]> batches = epochs.microBatches(before.step());
        objective.begin(before.step(), batches);
        long units = 0;
        long tokens = 0;
        for (int[] batch : batches) {
            for (int sample : batch) {
                units += objective.units(sample);
                tokens += objective.tokens(sample);
            }
        }
        Map<String, Double> terms = new LinkedHashMap<>();
        for (int[] batch : batches) {
            objective
                    .accumulate(batch, Math.max(1, units))
                    .forEach((name, value) -> terms.merge(name, value, Double::sum));
        }
        double rate = schedule.rate(before.step());
        terms.put("gradientNorm", parameters.step(rate));
        requireFinite(before.step() + 1, terms);
        progress.advance(before.step() + 1, tokens, terms);
        return after(before, tokens, terms);
    }

    private static State after(State before, long tokens, Map<String, Double> terms) {
        long step = before.step() + 1;
        Map<String, List<Point>> curves = before.curves();
        terms.forEach((name, value) ->
                curves.computeIfAbsent(name, any -> new ArrayList<>()).add(new Point(step, value)));
        return new State(step, before.tokens() + tokens, terms.getOrDefault("loss", Double.NaN), curves);
    }

    /** Refuses a step whose loss or gradient is not a number: the last checkpoint is from before it. */
    public static void requireFinite(long step, Map<String, Double> terms) {
        terms.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw Problem.unfit(
                        "step %d: %s is %s, expected a finite number; the last checkpoint is kept. Lower the stage's learningRate"
                                .formatted(step, name, value));
            }
        });
    }
}
