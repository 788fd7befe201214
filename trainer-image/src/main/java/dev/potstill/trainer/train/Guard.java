package dev.potstill.trainer.train;

import dev.potstill.trainer.run.NotFinite;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Lets no step be taken whose loss or gradient is not finite: training goes back to the last checkpoint, and passes over that step's
 * batch when it comes to it again, as is done with spikes (Chowdhery et al., PaLM, 2022, section 5.1). The way there is taken again
 * exactly, so what a stage makes does not depend on when its checkpoints were saved.
 *
 * @param warnings told of every rollback
 */
public record Guard(Schedule schedule, Consumer<String> warnings) {

    /**
     * The next step.
     *
     * @param step throws {@link NotFinite} where it cannot be taken
     * @param lastCheckpoint puts the last checkpoint in place, weights and moments with it, and gives its state
     * @return the state after the step; or that of the last checkpoint, which knows that the step is to be passed over
     */
    public <S extends Rollbacks.State<S>> S step(S before, UnaryOperator<S> step, Supplier<S> lastCheckpoint) {
        if (before.rollbacks().isSkipped(before.step())) {
            return before.passed();
        }
        try {
            return step.apply(before);
        } catch (NotFinite found) {
            Rollbacks known = before.rollbacks().and(before.step(), found, schedule);
            S saved = lastCheckpoint.get();
            warnings.accept("step %d: %s, expected a finite number: back to step %d, and its batch will be left out"
                    .formatted(before.step() + 1, found.getMessage(), saved.step()));
            return saved.with(known);
        }
    }

    /** Whether this state follows on a batch that was left out: a checkpoint now saves finding that out again. */
    public boolean isCheckpointDue(Rollbacks.State<?> state) {
        return state.rollbacks().isSkipped(state.step() - 1) && state.step() < schedule.steps();
    }
}
