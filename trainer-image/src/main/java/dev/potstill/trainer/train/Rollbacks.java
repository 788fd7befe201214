package dev.potstill.trainer.train;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.run.NotFinite;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The steps of a stage whose loss or gradient was not finite.
 *
 * @param skipped the steps passed over, from 0 and in order
 */
public record Rollbacks(List<Long> skipped) {
    /** So many steps in a row are no accident of their data. */
    static final int PATIENCE = 3;

    public static final Rollbacks NONE = new Rollbacks(List.of());

    public Rollbacks {
        skipped = List.copyOf(skipped);
    }

    /** What a guarded training's state has to tell and to change; it is saved in checkpoints, and this with it. */
    public interface State<S> {
        /** Steps done; the number of the next step, from 0. */
        long step();

        Rollbacks rollbacks();

        S with(Rollbacks rollbacks);

        /** One step further, with nothing learned. */
        S passed();
    }

    /** Tells of them in a stage's report: how many, and the number of the last from 1. */
    public void addTo(Map<String, Long> counts) {
        counts.put("rollbacks", (long) skipped.size());
        if (!skipped.isEmpty()) {
            counts.put("rollbacks.lastStep", skipped.getLast() + 1);
        }
    }

    boolean isSkipped(long step) {
        return skipped.contains(step);
    }

    /** With this step too; a {@link Problem} where there is no end to it. */
    Rollbacks and(long step, NotFinite found, Schedule schedule) {
        int inARow = 1;
        while (isSkipped(step - inARow)) {
            inARow++;
        }
        if (inARow == Math.min(PATIENCE, schedule.steps())) {
            throw Problem.rejected(
                    "step %d: %s, expected a finite number; the learning rate is %.3g. So ended %d in a row, whatever their batches: the last good weights are in the last checkpoint. Lower the stage's learningRate, or set precision to FP32"
                            .formatted(step + 1, found.getMessage(), schedule.rate(step), inARow));
        }
        return new Rollbacks(
                Stream.concat(skipped.stream(), Stream.of(step)).sorted().toList());
    }
}
