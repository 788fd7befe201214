package dev.potstill.trainer.train;

import dev.potstill.contract.Problem;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.run.NotFinite;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Steps through the epochs: gradients, optimiser, checkpoint, and a stop between steps when one is asked for. */
public final class TrainingLoop {
    private final Epochs epochs;
    private final Schedule schedule;
    private final Guard guard;
    private final Checkpoints checkpoints;
    private final ProgressBoard progress;
    private final StopSignal stop;

    /** What a checkpoint holds beside the tensors, and what the stage reports in the end. */
    public record State(long step, long tokens, double lastLoss, Map<String, List<Point>> curves, Rollbacks rollbacks)
            implements Rollbacks.State<State> {
        static State fresh() {
            return new State(0, 0, Double.NaN, new LinkedHashMap<>(), Rollbacks.NONE);
        }

        @Override
        public State with(Rollbacks known) {
            return new State(step, tokens, lastLoss, curves, known);
        }

        @Override
        public State passed() {
            return new State(step + 1, tokens, lastLoss, curves, rollbacks);
        }
    }

    public TrainingLoop(
            Epochs epochs, Schedule schedule, Checkpoints checkpoints, ProgressBoard progress, StopSignal stop) {
        this.epochs = epochs;
        this.schedule = schedule;
        this.guard = new Guard(schedule, checkpoints.warnings());
        this.checkpoints = checkpoints;
        this.progress = progress;
        this.stop = stop;
    }

    /** Trains from the newest checkpoint, or from the start, to the end. */
    public State run(Parameters parameters, Objective objective) {
        State state = restored(parameters).orElseGet(() -> start(parameters));
        progress.restored(state.step());
        progress.begin("training", state.step(), epochs.steps());
        while (state.step() < epochs.steps()) {
            state = next(state, parameters, objective);
            boolean stopped = stop.isRaised();
            if (stopped || checkpoints.isDue(state.step(), epochs.steps()) || guard.isCheckpointDue(state)) {
                checkpoints.save(state.step(), parameters.state(), state);
                progress.saved(state.step());
            }
            if (stopped) {
                throw new Stopped();
            }
        }
        return state;
    }

    private State next(State state, Parameters parameters, Objective objective) {
        try {
            return guard.step(
                    state,
                    before -> step(before, parameters, objective),
                    () -> restored(parameters).orElseThrow(checkpoints::noneIsSound));
        } catch (Stopped | Problem e) {
            checkpoints.saveBefore(e, state.step(), parameters::state, state);
            throw e;
        }
    }

    /** A checkpoint of the very start, so that there is always one to go back to. */
    private State start(Parameters parameters) {
        State fresh = State.fresh();
        checkpoints.save(0, parameters.state(), fresh);
        return fresh;
    }

    private Optional<State> restored(Parameters parameters) {
        List<State> found = new ArrayList<>();
        checkpoints.restore(State.class, (tensors, state) -> {
            parameters.restore(tensors);
            found.add(state);
        });
        return found.stream().findFirst();
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
        NotFinite.check(terms);
        terms.put("gradientNorm", parameters.step(schedule.rate(before.step())));
        progress.advance(before.step() + 1, tokens, terms);
        return after(before, tokens, terms);
    }

    private static State after(State before, long tokens, Map<String, Double> terms) {
        long step = before.step() + 1;
        Map<String, List<Point>> curves = before.curves();
        terms.forEach((name, value) ->
                curves.computeIfAbsent(name, any -> new ArrayList<>()).add(new Point(step, value)));
        return new State(
                step, before.tokens() + tokens, terms.getOrDefault("loss", Double.NaN), curves, before.rollbacks());
    }
}
