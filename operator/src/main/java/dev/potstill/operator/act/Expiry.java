package dev.potstill.operator.act;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Execution;
import dev.potstill.operator.run.Run;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long a finished run is kept. */
public final class Expiry {
    private Expiry() {}

    /** What is left of it; none of a run that is kept for ever, or is not finished. */
    public static Optional<Duration> left(Run run, Verdict verdict, Instant now) {
        boolean finished = !(verdict instanceof Verdict.Halted(var wanted)) || wanted == Execution.Cancelled;
        Integer seconds = run.spec().ttlSecondsAfterFinished();
        if (!finished || seconds == null) {
            return Optional.empty();
        }
        // Counted from when it was said to have finished so, that whoever waits for it has been told.
        return run.before()
                .filter(run::isOfNow)
                .flatMap(status -> since(status, conditions(verdict)))
                .map(since -> Duration.between(now, since.plusSeconds(seconds)))
                .or(() -> Optional.of(Duration.ofSeconds(Math.max(seconds, 1))));
    }

    /** As they are said of a run that has finished so: no two ends are said alike, and none as a run that is not accepted. */
    private static Map<String, Status> conditions(Verdict verdict) {
        Status done = verdict instanceof Verdict.Succeeded ? Status.True : Status.False;
        Status failed = verdict instanceof Verdict.Failed ? Status.True : Status.False;
        return Map.of(
                "Accepted",
                Status.True,
                "Reconciling",
                Status.False,
                "Stalled",
                failed,
                "Ready",
                done,
                "Succeeded",
                done);
    }

    /** Since when all of them have been: one end may follow another, as where a run that failed is cancelled. */
    private static Optional<Instant> since(DistillationRunStatus status, Map<String, Status> all) {
        List<Instant> held = status.conditions().stream()
                .filter(condition -> condition.status() == all.get(condition.type()))
                .flatMap(condition -> Stamp.time(condition.lastTransitionTime()).stream())
                .toList();
        return held.size() < all.size() ? Optional.empty() : held.stream().max(Comparator.naturalOrder());
    }
}
