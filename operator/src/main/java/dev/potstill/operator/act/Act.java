package dev.potstill.operator.act;

import dev.potstill.api.Stage;
import dev.potstill.operator.observe.Attempt;
import dev.potstill.operator.observe.Journal;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Claims;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.Together;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import dev.potstill.pipeline.Verdict;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.ArrayList;

/** Does what was decided. Whatever it is cut off at, doing it again makes the same objects. */
public record Act(KubernetesClient client, Settings settings, InstantSource clock) {

    /** Attempts at a stage that are kept beside the newest, for people to look at. */
    private static final int KEPT = 3;

    public void on(Decision decision, Run run, Observation seen) {
        seen.journal().old(KEPT).forEach(this::drop);
        var claim = new WorkspaceClaim(client, run, seen.volume().claim());
        claim.own();
        switch (decision) {
            case Start(var stage, var _) -> start(stage, run, seen, claim);
            case Stop(var _, var _) -> seen.journal().open().ifPresent(this::stop);
            case Finish(var verdict) -> expire(run, verdict);
            case Wait _ -> {}
        }
    }

    /** Of a run whose spec is bad, and says to stop. */
    public void stop(Journal journal) {
        journal.stoppable().ifPresent(this::stop);
    }

    private void expire(Run run, Verdict verdict) {
        Expiry.left(run, verdict, clock.instant())
                .filter(left -> !left.isPositive())
                .ifPresent(due -> delete(run));
    }

    /** The very run that was looked at: one that was edited since, or made anew, is not what has expired. */
    private void delete(Run run) {
        try {
            client.resource(run.resource())
                    .lockResourceVersion(run.resource().getMetadata().getResourceVersion())
                    .delete();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private void start(Stage stage, Run run, Observation seen, WorkspaceClaim claim) {
        var draft = draft(stage, run, seen);
        var needs = new ArrayList<Runnable>();
        needs.add(() -> apply(draft.config()));
        if (run.spec().workspace().claimName() == null) {
            needs.add(claim::provide);
        }
        Together.ask(needs);
        new Beginning(client, run).of(draft.job());
    }

    /** What an attempt at a stage is made of. */
    public record Draft(ConfigMap config, Job job) {}

    public Draft draft(Stage stage, Run run, Observation seen) {
        var claims = Claims.of(run);
        var config = RunConfig.of(run, claims.inPod());
        var volumes = new TrainerVolumes(run, claims, config.getMetadata().getName());
        return new Draft(config, new TrainerJob(run, stage, seen, settings).of(volumes));
    }

    /** The newest tells of all; a stage that is preempted for weeks must not fill the cluster with Jobs. */
    private void drop(Attempt attempt) {
        client.resource(attempt.job())
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
    }

    /**
     * A trainer at work is asked to save a checkpoint and end. One that has not been started has nothing to save, and what those
     * that are done have made is in the workspace. Of one that has failed the Job is about to say so.
     */
    private void stop(Attempt attempt) {
        if (attempt.isWaiting()) {
            client.resource(attempt.job())
                    .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                    .delete();
            return;
        }
        if (attempt.pods().isWorking()) {
            attempt.pods().all().stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .forEach(pod -> client.resource(pod).delete());
        }
    }

    private void apply(HasMetadata object) {
        client.resource(object)
                .fieldManager(Names.FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
    }
}
