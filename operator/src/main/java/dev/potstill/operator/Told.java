package dev.potstill.operator;

import dev.potstill.api.Condition;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.operator.run.RunResource;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether a run says of itself what is to be said. */
final class Told {
    private Told() {}

    /**
     * Conditions of other types are others' own, and are left to them. The trainer's image is told with whatever else is: that
     * many runs which have long ended lack it, as after an upgrade, is no reason to write.
     */
    static boolean already(RunResource run, DistillationRunStatus status) {
        var said = run.getStatus();
        if (said == null) {
            return false;
        }
        var before = said.conditions().stream()
                .collect(Collectors.toMap(Condition::type, Function.identity(), (one, other) -> one));
        return status.conditions().stream().allMatch(now -> now.equals(before.get(now.type())))
                && status.equals(new DistillationRunStatus(
                        said.observedGeneration(),
                        said.stage(),
                        said.summary(),
                        status.conditions(),
                        said.stages(),
                        said.scores(),
                        said.score(),
                        said.startedFrom(),
                        status.trainerImage()));
    }
}
