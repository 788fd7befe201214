package dev.potstill.operator.act;

import dev.potstill.api.Condition;
import dev.potstill.api.Execution;
import dev.potstill.operator.run.Run;
import dev.potstill.pipeline.Verdict;
import java.time.Duration;
import java.time.Instant;
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
        // Counted from when it was said to have finished; before that, all is left.
        var told = verdict instanceof Verdict.Succeeded ? Condition.Status.True : Condition.Status.False;
        Instant since = run.before().filter(run::isOfNow).stream()
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.type().equals("Succeeded") && condition.status() == told)
                .map(condition -> Instant.parse(condition.lastTransitionTime()))
                .findFirst()
                .orElse(now);
        return Optional.of(Duration.between(now, since.plusSeconds(seconds)));
    }
}
