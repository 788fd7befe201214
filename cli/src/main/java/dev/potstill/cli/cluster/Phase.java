package dev.potstill.cli.cluster;

import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import dev.potstill.api.Execution;
import java.util.Optional;

/** Where a run stands, in a word. */
enum Phase {
    /** The operator has not said anything of it. */
    New,
    Waiting,
    Running,
    Stopping,
    Paused,
    Cancelled,
    /** Its manifest is not one that can be carried out. */
    Rejected,
    Failed,
    Succeeded;

    boolean isSettled() {
        return switch (this) {
            case New, Waiting, Running, Stopping -> false;
            case Paused, Cancelled, Rejected, Failed, Succeeded -> true;
        };
    }

    static Phase of(ClusterRun run) {
        if (is(run, "Accepted", Status.False)) {
            return Rejected;
        }
        if (is(run, "Succeeded", Status.True)) {
            return Succeeded;
        }
        if (is(run, "Stalled", Status.True)) {
            return Failed;
        }
        Optional<Condition> reconciling = run.condition("Reconciling");
        return reconciling.map(condition -> of(condition, run)).orElse(New);
    }

    private static Phase of(Condition reconciling, ClusterRun run) {
        if (reconciling.status() == Status.False) {
            return reconciling.reason().equals(Execution.Cancelled.name()) ? Cancelled : Paused;
        }
        if (reconciling.reason().equals("Stopping")) {
            return Stopping;
        }
        return run.running().isPresent() ? Running : Waiting;
    }

    private static boolean is(ClusterRun run, String type, Status status) {
        return run.condition(type)
                .filter(condition -> condition.status() == status)
                .isPresent();
    }
}
