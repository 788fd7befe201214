package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Attempts;
import dev.potstill.api.StageStatus.State;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.TerminationMessage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stage that two pods share, of which one does well and the other does not. */
class SharesTroubleTest {
    private static final String TWO = "  stages: [Evaluation]\n  evaluation: {shards: 2}\n";
    private static final String NO_ROOM = "0/1 nodes are available: 1 Insufficient cpu.";

    private final Town town = new Town();

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @Test
    void one_that_is_done_does_not_hide_what_the_other_waits_for() {
        Job job = oneDone();
        town.hands.unschedulable(job, 1, NO_ROOM);
        town.becomes("Reconciling", condition -> condition.reason().equals("Unschedulable"));
        assertThat(town.status().summary()).contains(NO_ROOM);
        assertThat(town.stage(Stage.Evaluation).state()).isEqualTo(State.Pending);
        assertThat(town.reasons()).contains("Unschedulable");
    }

    @Test
    void one_that_is_done_does_not_hide_that_the_others_pod_is_not_let_in() {
        oneDone();
        town.becomes("Reconciling", condition -> condition.reason().equals("PodPending"));
        assertThat(town.status().summary()).contains("the events of the job r1-evaluation-0");
    }

    @Test
    void one_that_waits_is_given_up_when_the_run_is_cancelled() {
        Job job = oneDone();
        town.hands.unschedulable(job, 1, NO_ROOM);
        town.apply(TWO + "  execution: Cancelled\n");
        isDeleted(job);
        town.hands.collect(job);
        town.becomes("Succeeded", condition -> condition.reason().equals("Cancelled"));
        assertThat(town.names()).isEmpty();
    }

    @Test
    void one_that_waits_goes_where_the_run_is_told_to_go() {
        Job job = oneDone();
        town.hands.unschedulable(job, 1, NO_ROOM);
        town.becomes("Reconciling", condition -> condition.reason().equals("Unschedulable"));
        town.apply(TWO + "  scheduling: {nodeSelector: {zone: b}}\n");
        isDeleted(job);
        town.hands.collect(job);
        Town.eventually(() -> assertThat(town.job("r1-evaluation-0")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getNodeSelector())
                .containsEntry("zone", "b"));
    }

    @Test
    void one_that_failed_is_told_of_by_its_job_and_not_given_up_with_the_other() {
        Job job = start();
        town.hands.pend(job, 1);
        Pod failed = town.hands.run(job, 0);
        town.becomes("Reconciling", condition -> condition.reason().equals("Evaluation"));
        town.hands.exit(failed, 65, "Error", rejected());
        town.apply(TWO + "  execution: Paused\n");
        town.becomes("Reconciling", condition -> condition.reason().equals("Stopping"));
        town.hands.fail(
                job, "PodFailurePolicy", "Container trainer for pod a/b failed with exit code 65 matching FailJob");
        town.hands.remove("r1-evaluation-0-1");
        town.becomes("Stalled", condition -> condition.reason().equals("Rejected"));
        assertThat(town.job("r1-evaluation-0").getMetadata().getDeletionTimestamp())
                .isNull();
    }

    @Test
    void one_that_is_gone_beside_one_that_is_done_is_no_lost_output() {
        Job job = oneDone();
        town.hands.failWithoutRule(job);
        town.job("r1-evaluation-1");
        Town.eventually(
                () -> assertThat(town.stage(Stage.Evaluation).attempts()).isEqualTo(new Attempts(0, 1)));
    }

    @Test
    void one_that_a_node_refuses_is_the_cause_and_not_the_one_that_is_stopped_for_it() {
        Job job = start();
        Pod stopped = town.hands.run(job, 0);
        town.hands.refuse(town.hands.pend(job, 1), "OutOfcpu", "Node didn't have enough resource: cpu");
        town.hands.exit(stopped, 75, "Error", "{}");
        town.hands.failWithoutRule(job);
        Town.eventually(
                () -> assertThat(town.stage(Stage.Evaluation).attempts()).isEqualTo(new Attempts(1, 0)));
        assertThat(town.stage(Stage.Evaluation).lastFailure().message()).contains("OutOfcpu");
    }

    @ParameterizedTest
    @ValueSource(ints = {137, 143})
    void one_that_was_killed_or_stopped_when_it_had_to_end_is_not_the_cause(int exitCode) {
        Job job = start();
        Pod stopped = town.hands.run(job, 0);
        Pod ended = town.hands.run(job, 1);
        town.hands.exit(ended, 65, "Error", rejected());
        town.hands.exit(stopped, exitCode, "Error", "");
        town.hands.fail(
                job, "PodFailurePolicy", "Container trainer for pod a/b failed with exit code 65 matching FailJob");
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        var failure = town.stage(Stage.Evaluation).lastFailure();
        assertThat(failure.exitCode()).isEqualTo(ExitCode.REJECTED.code());
        assertThat(failure.message()).isEqualTo("no rows");
    }

    private Job start() {
        town.apply(TWO);
        return town.job("r1-evaluation-0");
    }

    private Job oneDone() {
        Job job = start();
        town.hands.exit(town.hands.run(job, 0), 0, "Completed", new TerminationMessage.Shared("0/2").json());
        return job;
    }

    private static String rejected() {
        return TerminationMessage.of(Problem.rejected("no rows")).json();
    }

    private void isDeleted(Job job) {
        Town.eventually(
                () -> assertThat(town.client.resource(job).get().getMetadata().getDeletionTimestamp())
                        .isNotNull());
    }
}
