package dev.potstill.operator.act;

import dev.potstill.api.Stage;
import dev.potstill.operator.observe.Attempt;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Run;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long a trainer that is asked to end has to finish its step and save it. A Job's pods keep what they were made with, so it is of
 * attempts to come.
 */
final class Grace {
    private static final Duration LEAST = Duration.ofMinutes(1);
    /** Of what was measured: a volume that others use too is slower at times. */
    private static final int TIMES = 3;

    private Grace() {}

    /** @param unmeasured what a stage gets of which nothing is known; more where another of the run's stages took longer */
    static Duration of(Run run, Stage stage, Observation seen, Duration unmeasured) {
        List<Long> own = measured(run, seen, List.of(stage));
        List<Long> known = own.isEmpty() ? measured(run, seen, List.of(Stage.values())) : own;
        Duration first = own.isEmpty() ? unmeasured : Duration.ZERO;
        Duration wanted = known.isEmpty() ? Duration.ZERO : Duration.ofSeconds(TIMES * Collections.max(known));
        return Collections.max(List.of(LEAST, first, wanted));
    }

    /** As was reported, and as one tells that has just been stopped. */
    private static List<Long> measured(Run run, Observation seen, List<Stage> stages) {
        return stages.stream()
                .flatMap(stage -> Stream.of(
                        run.before(stage).flatMap(before -> Optional.ofNullable(before.stopSeconds())),
                        seen.journal().newest(stage).flatMap(Attempt::stopSeconds)))
                .flatMap(Optional::stream)
                .toList();
    }
}
