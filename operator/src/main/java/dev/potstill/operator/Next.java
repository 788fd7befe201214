package dev.potstill.operator;

import dev.potstill.operator.act.Expiry;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.RunResource;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** When to look at a run again, if nothing happens before. */
record Next(InstantSource clock) {
    private static final Duration SOON = Duration.ofSeconds(10);
    /** An edit that lands between a look and the write of its status goes untold: the SDK takes it for that write. */
    private static final Duration AFTER_WRITE = Duration.ofSeconds(1);
    /** A look that is due now is due in a moment: the scheduler takes no less. */
    private static final Duration LEAST = Duration.ofMillis(100);

    UpdateControl<RunResource> look(UpdateControl<RunResource> control, Decision decision, Run run) {
        Optional<Duration> due = switch (decision) {
            case Wait(var _, Duration atMost) -> Optional.of(atMost);
            case Start _, Stop _ -> Optional.of(SOON);
            // One whose time is up has been deleted, unless it was being written to.
            case Finish(var verdict) ->
                Expiry.left(run, verdict, clock.instant()).map(left -> left.isPositive() ? left : SOON);
        };
        return due.filter(wait -> control.isNoUpdate() || wait.compareTo(AFTER_WRITE) < 0)
                .map(wait -> control.rescheduleAfter(max(wait)))
                .orElseGet(() -> look(control));
    }

    /** At a run that waits for its user. */
    UpdateControl<RunResource> look(UpdateControl<RunResource> control) {
        return control.isNoUpdate() ? control : control.rescheduleAfter(AFTER_WRITE);
    }

    private static Duration max(Duration wanted) {
        return wanted.compareTo(LEAST) < 0 ? LEAST : wanted;
    }
}
