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

/** When to look at a run again, if nothing happens before. */
record Next(InstantSource clock) {
    private static final Duration SOON = Duration.ofSeconds(10);
    /** A look that is due now is due in a moment: the scheduler takes no less. */
    private static final Duration LEAST = Duration.ofMillis(100);

    UpdateControl<RunResource> look(UpdateControl<RunResource> control, Decision decision, Run run) {
        return switch (decision) {
            case Wait(var _, Duration atMost) -> control.rescheduleAfter(max(atMost));
            case Start _, Stop _ -> control.rescheduleAfter(SOON);
            case Finish(var verdict) ->
                Expiry.left(run, verdict, clock.instant())
                        .map(left -> control.rescheduleAfter(max(left)))
                        .orElse(control);
        };
    }

    private static Duration max(Duration wanted) {
        return wanted.compareTo(LEAST) < 0 ? LEAST : wanted;
    }
}
