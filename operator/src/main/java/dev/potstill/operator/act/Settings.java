package dev.potstill.operator.act;

import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Run;
import java.time.Duration;

/**
 * What the operator was told at its start.
 *
 * @param trainerImage that the stages of new runs are done with
 * @param pullPolicy of that image
 * @param grace that a trainer has to end, where it was not measured how long it takes
 */
public record Settings(String trainerImage, String pullPolicy, Duration grace) {

    /** The trainer of a run's next stage: its own, where it has begun. */
    String image(Run run, Observation seen) {
        return seen.image(run).orElse(trainerImage);
    }
}
