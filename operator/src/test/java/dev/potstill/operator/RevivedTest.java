package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Attempts;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.TerminationMessage;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Somebody has deleted a run's Jobs, and what was known by them is known all the same; or has a run tried again. */
class RevivedTest {
    private static final String LITTLE = "  stages: [Data]\n  scheduling: {resources: {memory: 2Gi}}\n";
    private static final String UNFIT = "{\"reason\":\"Unfit\",\"message\":\"x\",\"exitCode\":78}";

    private final Town town = new Town();

    @AutoClose
    private Operating operator = Operating.in(town.namespace);

    @Test
    void a_run_that_failed_and_whose_jobs_are_gone_goes_on_when_it_is_given_what_it_lacked() {
        failed();
        deleted("r1-data-0");
        var before = town.status();
        town.apply(LITTLE + "  ttlSecondsAfterFinished: 1000000\n");
        Town.eventually(() -> assertThat(town.status().observedGeneration()).isEqualTo(2));
        assertThat(town.status().stages()).isEqualTo(before.stages());
        assertThat(town.condition("Stalled").status()).isEqualTo(Status.True);
        town.apply(LITTLE.replace("2Gi", "64Gi"));
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(1, 0));
    }

    @Test
    void a_failure_that_was_forgiven_stays_so_when_the_jobs_are_gone() {
        failed();
        town.apply(LITTLE.replace("2Gi", "4Gi"));
        town.hands.run(town.job("r1-data-1"));
        Town.eventually(() -> assertThat(town.stage(Stage.Data).forgiven()).isOne());
        town.becomes("Reconciling", condition -> condition.reason().equals("Data"));
        deleted("r1-data-0", "r1-data-1");
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(1, 0));
    }

    @Test
    void a_run_whose_jobs_are_gone_keeps_its_trainer() {
        town.apply("  stages: [Data, Evaluation]\n");
        town.hands.done(town.job("r1-data-0"));
        town.job("r1-evaluation-0");
        Town.eventually(() -> assertThat(town.status().trainerImage()).isEqualTo("potstill-trainer:test"));
        town.apply("  stages: [Data, Evaluation]\n  execution: Paused\n");
        Town.eventually(
                () -> assertThat(town.job("r1-evaluation-0").getMetadata().getDeletionTimestamp())
                        .isNotNull());
        town.hands.collect(town.job("r1-evaluation-0"));
        deleted("r1-data-0");
        operator.close();
        operator = Operating.of("potstill-trainer:newer", town.namespace);
        town.apply("  stages: [Data, Evaluation]\n");
        Job evaluation = town.job("r1-evaluation-0");
        assertThat(evaluation.getSpec().getTemplate().getSpec().getContainers())
                .singleElement()
                .satisfies(trainer -> assertThat(trainer.getImage()).isEqualTo("potstill-trainer:test"));
    }

    @Test
    void a_run_that_has_not_begun_takes_the_trainer_that_was_corrected_for_the_operator() {
        town.apply("  stages: [Data]\n");
        Job wrong = town.job("r1-data-0");
        town.hands.unpullable(wrong);
        operator.close();
        operator = Operating.of("potstill-trainer:newer", town.namespace);
        Town.eventually(() -> assertThat(town.job("r1-data-0").getMetadata().getDeletionTimestamp())
                .isNotNull());
        town.hands.collect(wrong);
        Town.eventually(() -> assertThat(town.job("r1-data-0")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .isEqualTo("potstill-trainer:newer"));
    }

    @Test
    void one_that_waits_for_something_else_keeps_its_place() {
        town.apply("  stages: [Data]\n");
        Job waits = town.job("r1-data-0");
        town.hands.unschedulable(waits, "0/1 nodes are available: 1 Insufficient cpu.");
        operator.close();
        operator = Operating.of("potstill-trainer:newer", town.namespace);
        town.apply("  stages: [Data]\n  ttlSecondsAfterFinished: 1000000\n");
        Town.eventually(() -> assertThat(town.status().observedGeneration()).isEqualTo(2));
        assertThat(town.job("r1-data-0").getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void what_is_left_of_its_time_is_that_of_the_stage_and_not_of_each_trainer() {
        String shared = "  stages: [Evaluation]\n  activeDeadlineSeconds: 250\n  evaluation: {shards: %d}\n";
        town.apply(shared.formatted(3));
        Job job = town.job("r1-evaluation-0");
        operator.close();
        var stopped = TerminationMessage.of(new Problem(ExitCode.STOPPED, "stopped at a checkpoint"));
        for (int share = 0; share < 3; share++) {
            town.hands.exit(town.hands.run(job, share), 75, "Error", stopped.json());
        }
        town.hands.fail(
                job,
                "PodFailurePolicy",
                "Container trainer for pod %s/r1-evaluation-0-1 failed with exit code 75 matching FailJob rule at index 1"
                        .formatted(town.namespace));
        town.apply(shared.formatted(1));
        operator = Operating.in(town.namespace);
        Job next = town.job("r1-evaluation-1");
        assertThat(next.getSpec().getCompletions()).isOne();
        assertThat(next.getSpec().getActiveDeadlineSeconds()).isEqualTo(250 - Hands.SECONDS);
    }

    @Test
    void a_run_that_took_too_long_does_not_begin_again_when_its_jobs_are_gone() {
        town.apply("  stages: [Data]\n  activeDeadlineSeconds: 100\n");
        Job data = town.job("r1-data-0");
        town.hands.exit(town.hands.run(data), 143, "Error", "");
        town.hands.fail(data, "DeadlineExceeded", "Job was active longer than specified deadline");
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        deleted("r1-data-0");
        town.apply("  stages: [Data]\n  activeDeadlineSeconds: 100\n  ttlSecondsAfterFinished: 1000000\n");
        Town.eventually(() -> assertThat(town.status().observedGeneration()).isEqualTo(2));
        assertThat(town.condition("Stalled").status()).isEqualTo(Status.True);
        assertThat(town.names()).isEmpty();
    }

    @Test
    void a_run_that_failed_goes_over_its_stages_again_when_it_is_told_to_retry() {
        town.apply("  stages: [Data, Evaluation]\n");
        town.hands.done(town.job("r1-data-0"));
        town.hands.exit(town.job("r1-evaluation-0"), 65, "Error", UNFIT.replace("78", "65"));
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        town.apply("  stages: [Data, Evaluation]\n  retry: token renewed\n");
        town.hands.done(town.job("r1-data-1"));
        town.hands.done(town.job("r1-evaluation-1"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.names()).containsExactly("r1-data-0", "r1-data-1", "r1-evaluation-0", "r1-evaluation-1");
    }

    private void failed() {
        town.apply(LITTLE);
        town.hands.exit(town.job("r1-data-0"), 78, "Error", UNFIT);
        town.becomes("Stalled", condition -> condition.status() == Status.True);
    }

    /** While no operator is there to see it, so that none remembers them. */
    private void deleted(String... jobs) {
        operator.close();
        for (String job : jobs) {
            town.client
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(town.namespace)
                    .withName(job)
                    .delete();
            town.hands.remove(job + "-0");
        }
        Town.eventually(() -> assertThat(town.names()).isEmpty());
        operator = Operating.in(town.namespace);
    }
}
