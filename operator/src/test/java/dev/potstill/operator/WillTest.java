package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.State;
import dev.potstill.operator.act.Act;
import dev.potstill.operator.act.Settings;
import dev.potstill.operator.observe.Observe;
import dev.potstill.operator.observe.Origin;
import dev.potstill.operator.run.Run;
import dev.potstill.pipeline.Decision.Start;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a user wants of a run, and changes while it is under way. */
class WillTest {
    private static final String STOPPED =
            "Container trainer for pod a/b failed with exit code 75 matching FailJob rule at index 1";

    private final Town town = new Town();

    @AutoClose
    private Operating operator = Operating.in(town.namespace);

    @Test
    void a_paused_run_saves_a_checkpoint_and_goes_on_when_it_is_resumed() {
        Pod pod = working();
        town.apply("  stages: [Data]\n  execution: Paused\n");
        isAskedToEnd(pod);
        ends(pod);
        town.becomes("Succeeded", condition -> condition.reason().equals("Paused"));
        assertThat(town.condition("Succeeded").status()).isEqualTo(Status.Unknown);
        assertThat(town.names()).containsExactly("r1-data-0");
        town.apply("  stages: [Data]\n");
        town.hands.done(town.job("r1-data-1"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
    }

    @Test
    void a_paused_runs_job_whose_pod_is_gone_before_it_says_so_is_no_job_without_a_pod() {
        Pod pod = working();
        Job data = town.job("r1-data-0");
        town.hands.exit(pod, 75, "Error", "{}");
        town.hands.condemn(data, "PodFailurePolicy", STOPPED);
        town.hands.remove("r1-data-0-0");
        town.apply("  stages: [Data]\n  execution: Paused\n");
        town.becomes("Reconciling", condition -> condition.message().contains("its job is about to say which"));
        town.hands.fail(data, "PodFailurePolicy", STOPPED);
        town.becomes("Succeeded", condition -> condition.reason().equals("Paused"));
        assertThat(town.names()).containsExactly("r1-data-0");
        assertThat(town.stage(Stage.Data).attempts().preempted()).isOne();
    }

    @Test
    void a_run_that_is_paused_before_its_pod_runs_gives_its_job_back() {
        town.apply("  stages: [Data]\n  scheduling: {queueName: team}\n");
        Job data = town.job("r1-data-0");
        assertThat(data.getSpec().getSuspend()).isTrue();
        assertThat(data.getMetadata().getLabels()).containsEntry("kueue.x-k8s.io/queue-name", "team");
        town.becomes("Reconciling", condition -> condition.reason().equals("Queued"));
        town.apply("  stages: [Data]\n  scheduling: {queueName: team}\n  suspend: true\n");
        Town.eventually(() -> assertThat(town.jobs().getFirst().getMetadata().getDeletionTimestamp())
                .isNotNull());
        town.hands.collect(data);
        town.becomes("Succeeded", condition -> condition.reason().equals("Paused"));
        assertThat(town.names()).isEmpty();
    }

    @Test
    void a_cancelled_run_is_finished_and_deleted_after_its_time() {
        town.apply("  stages: [Data]\n  execution: Cancelled\n  ttlSecondsAfterFinished: 2\n");
        Town.eventually(() -> assertThat(town.reasons()).contains("Cancelled"));
        Town.eventually(() -> assertThat(town.run()).isNull());
    }

    @Test
    void an_edit_runs_again_what_it_changes_and_nothing_else() {
        town.apply("  stages: [Data, Evaluation]\n");
        town.hands.done(town.job("r1-data-0"));
        town.hands.done(town.job("r1-evaluation-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        town.apply("  stages: [Data, Evaluation]\n  evaluation: {maxSamples: 7}\n");
        Job again = town.job("r1-evaluation-1");
        town.becomes("Succeeded", condition -> condition.status() == Status.Unknown);
        town.hands.done(again);
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.names()).containsExactly("r1-data-0", "r1-evaluation-0", "r1-evaluation-1");
    }

    @Test
    void an_edit_stops_a_stage_at_work_that_it_changes() {
        Pod pod = working();
        town.apply("  stages: [Data]\n  training: {seed: 7}\n");
        isAskedToEnd(pod);
        ends(pod);
        town.hands.done(town.job("r1-data-1"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Data).attempts().preempted()).isZero();
    }

    @Test
    void what_pods_said_outlives_them() {
        town.apply("  stages: [Data, Evaluation]\n");
        town.hands.done(town.job("r1-data-0"));
        town.hands.done(town.job("r1-evaluation-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        var before = town.status();
        town.hands.remove("r1-data-0-0");
        town.hands.remove("r1-evaluation-0-0");
        operator.close();
        operator = Operating.in(town.namespace);
        town.apply("  stages: [Data, Evaluation]\n  ttlSecondsAfterFinished: 1000000\n");
        Town.eventually(() -> assertThat(town.status().observedGeneration()).isEqualTo(2));
        assertThat(town.status().scores()).isEqualTo(before.scores());
        assertThat(town.status().stages()).isEqualTo(before.stages());
        assertThat(town.stage(Stage.Data).state()).isEqualTo(State.Succeeded);
        assertThat(town.names()).containsExactly("r1-data-0", "r1-evaluation-0");
    }

    @Test
    void a_bad_edit_is_refused_by_name_and_reverting_it_recovers() {
        town.apply("  stages: [Data]\n");
        Job data = town.job("r1-data-0");
        town.apply("  stages: [Data]\n  quantization: {bits: 8}\n");
        town.becomes("Accepted", condition -> condition.status() == Status.False);
        assertThat(town.condition("Accepted").message()).startsWith("spec.quantization.bits: ");
        assertThat(town.condition("Stalled").status()).isEqualTo(Status.True);
        town.apply("  stages: [Data]\n");
        town.becomes("Accepted", condition -> condition.status() == Status.True);
        town.hands.done(data);
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.names()).containsExactly("r1-data-0");
    }

    @Test
    void what_is_at_work_before_a_bad_edit_goes_on_until_it_is_told_to_stop() {
        Pod pod = working();
        town.apply("  stages: [Data]\n  quantization: {bits: 8}\n");
        town.becomes("Accepted", condition -> condition.status() == Status.False);
        assertThat(town.stage(Stage.Data).state()).isEqualTo(State.Running);
        assertThat(town.client.resource(pod).get().getMetadata().getDeletionTimestamp())
                .isNull();
        town.apply("  stages: [Data]\n  quantization: {bits: 8}\n  execution: Cancelled\n");
        isAskedToEnd(pod);
        ends(pod);
        Town.eventually(() -> assertThat(town.stage(Stage.Data).state()).isEqualTo(State.Pending));
        assertThat(town.names()).containsExactly("r1-data-0");
    }

    @Test
    void a_job_that_its_queue_has_let_go_is_not_held_again() {
        town.apply("  stages: [Data]\n  scheduling: {queueName: team}\n");
        Job data = town.job("r1-data-0");
        held(data, false);
        // As by one whose caches do not know of the Job yet.
        var run = ((Run.Parsed.Good) Run.parse(town.run())).run();
        var stale = new Observe(Clock.systemUTC(), pod -> Optional.empty(), "potstill-trainer:test")
                .of(new Origin.Start(run, Optional.empty()), List.of(), List.of(), List.of());
        var settings = new Settings("potstill-trainer:test", "IfNotPresent", Duration.ofSeconds(120));
        new Act(town.client, settings, Clock.systemUTC()).on(new Start(Stage.Data, 0), run, stale);
        assertThat(town.jobs())
                .singleElement()
                .satisfies(job -> assertThat(job.getSpec().getSuspend()).isFalse());
    }

    @Test
    void a_job_that_its_queue_takes_back_waits_and_goes_on_without_a_failure() {
        String queued = "  stages: [Data]\n  scheduling: {queueName: team}\n";
        town.apply(queued);
        Job data = town.job("r1-data-0");
        held(data, false);
        town.hands.run(data);
        town.becomes("Reconciling", condition -> condition.reason().equals("Data"));
        held(data, true);
        town.becomes("Reconciling", condition -> condition.reason().equals("Queued"));
        held(data, false);
        town.hands.remove("r1-data-0-0");
        town.hands.done(data);
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.names()).containsExactly("r1-data-0");
        assertThat(town.stage(Stage.Data).attempts().failed()).isZero();
    }

    /** The pod of a Data stage at work. */
    private Pod working() {
        town.apply("  stages: [Data]\n");
        Pod pod = town.hands.run(town.job("r1-data-0"));
        town.works(Stage.Data);
        return pod;
    }

    private void isAskedToEnd(Pod pod) {
        Town.eventually(
                () -> assertThat(town.client.resource(pod).get().getMetadata().getDeletionTimestamp())
                        .isNotNull());
    }

    /** At a checkpoint, as it was asked to. */
    private void ends(Pod pod) {
        town.hands.exit(pod, 75, "Error", "{}");
        town.hands.fail(town.job("r1-data-0"), "PodFailurePolicy", STOPPED);
    }

    /** What a queue controller does. */
    private void held(Job job, boolean suspend) {
        town.client
                .batch()
                .v1()
                .jobs()
                .inNamespace(town.namespace)
                .withName(job.getMetadata().getName())
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager("kueue")
                                .build(),
                        "{\"spec\": {\"suspend\": %s}}".formatted(suspend));
    }
}
