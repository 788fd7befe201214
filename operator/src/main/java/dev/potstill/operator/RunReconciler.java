package dev.potstill.operator;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.operator.observe.Journal;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.observe.Origin;
import dev.potstill.operator.observe.Origin.Start;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.Run.Parsed.Bad;
import dev.potstill.operator.run.Run.Parsed.Good;
import dev.potstill.operator.run.RunResource;
import dev.potstill.operator.run.Together;
import dev.potstill.pipeline.Decision;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A run, looked at once: parse, observe, decide, act, report. */
@ControllerConfiguration(
        name = RunReconciler.NAME,
        fieldManager = Names.FIELD_MANAGER,
        informer = @Informer(itemStore = Slim.class),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = RunReconciler.FOR_EVER, initialInterval = 1000, maxInterval = 60_000)
public class RunReconciler implements Reconciler<RunResource> {
    static final String NAME = "run";
    /** The SDK's default gives a resource up after five failures. */
    static final int FOR_EVER = -1;

    private final Rooms rooms;

    public RunReconciler(Rooms rooms) {
        this.rooms = rooms;
    }

    @Override
    public List<EventSource<?, RunResource>> prepareEventSources(EventSourceContext<RunResource> context) {
        return Caches.of(context);
    }

    @Override
    public UpdateControl<RunResource> reconcile(RunResource resource, Context<RunResource> context) {
        return switch (Run.parse(resource)) {
            case Bad bad -> rooms.next().look(leftAsItIs(bad, context));
            case Good(Run run) -> carriedOn(run, context);
        };
    }

    /** Nothing is begun for a bad spec; what is at work for the one before it goes on, unless the spec says to stop. */
    private UpdateControl<RunResource> leftAsItIs(Bad bad, Context<RunResource> context) {
        RunResource run = bad.resource();
        var journal = Journal.of(
                run.getMetadata().getUid(),
                context.getSecondaryResources(Job.class),
                context.getSecondaryResources(Pod.class));
        if (bad.isToStop()) {
            rooms.act().stop(journal);
        }
        return told(run, rooms.report().of(bad, journal.atWork()), again(context));
    }

    private UpdateControl<RunResource> carriedOn(Run asked, Context<RunResource> context) {
        Start start = Origin.of(asked, name -> context.getPrimaryCache().get(new ResourceID(name, asked.namespace())));
        Run run = start.run();
        Observation seen = rooms.observe()
                .of(
                        start,
                        context.getSecondaryResources(Job.class),
                        context.getSecondaryResources(Pod.class),
                        context.getSecondaryResources(PersistentVolumeClaim.class));
        Decision decision = rooms.decide().next(seen.situation());
        DistillationRunStatus status = rooms.report().of(run, seen, decision);
        boolean told = Told.already(run.resource(), status);
        Runnable news = told ? () -> {} : () -> rooms.news().tell(run.resource(), status, again(context));
        Together.ask(List.of(() -> rooms.act().on(decision, run, seen), news));
        return rooms.next().look(update(run.resource(), status, told), decision, run);
    }

    /** What the API server refuses is told and tried again, without end and ever less often. */
    @Override
    public ErrorStatusUpdateControl<RunResource> updateErrorStatus(
            RunResource resource, Context<RunResource> context, Exception e) {
        int again = again(context);
        Optional<DistillationRunStatus> status = rooms.report().of(resource, e, again);
        if (status.isEmpty()) {
            return ErrorStatusUpdateControl.defaultErrorProcessing();
        }
        if (Told.already(resource, status.get())) {
            return ErrorStatusUpdateControl.noStatusUpdate();
        }
        rooms.news().tell(resource, status.get(), again);
        return ErrorStatusUpdateControl.patchStatus(with(resource, status.get()));
    }

    private static int again(Context<RunResource> context) {
        return context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0);
    }

    private UpdateControl<RunResource> told(RunResource run, DistillationRunStatus status, int again) {
        boolean told = Told.already(run, status);
        if (!told) {
            rooms.news().tell(run, status, again);
        }
        return update(run, status, told);
    }

    /** What is as it was is not written again. */
    private static UpdateControl<RunResource> update(RunResource run, DistillationRunStatus status, boolean told) {
        return told ? UpdateControl.noUpdate() : UpdateControl.patchStatus(with(run, status));
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
