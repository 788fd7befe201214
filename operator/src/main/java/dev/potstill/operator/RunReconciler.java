package dev.potstill.operator;

import dev.potstill.api.DistillationRunStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** Holds each run against the API and reports what it found. It starts nothing: that part is not built yet. */
@ControllerConfiguration(
        name = RunReconciler.NAME,
        fieldManager = "potstill-operator",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = RunReconciler.FOR_EVER, initialInterval = 1000, maxInterval = 60_000)
public class RunReconciler implements Reconciler<RunResource> {
    static final String NAME = "run";
    /** The SDK's default gives a resource up after five failures. */
    static final int FOR_EVER = -1;

    private final Clock clock;

    public RunReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public UpdateControl<RunResource> reconcile(RunResource run, Context<RunResource> context) {
        DistillationRunStatus status = Report.on(Acceptance.of(run), run, clock.instant());
        return status.equals(run.getStatus()) ? UpdateControl.noUpdate() : UpdateControl.patchStatus(with(run, status));
    }

    /** Server-side apply: the patch holds what is the operator's, and nothing else. */
    private static RunResource with(RunResource run, DistillationRunStatus status) {
        RunResource patch = new RunResource();
        patch.setMetadata(new ObjectMetaBuilder()
                .withName(run.getMetadata().getName())
                .withNamespace(run.getMetadata().getNamespace())
                .build());
        patch.setStatus(status);
        return patch;
    }
}
