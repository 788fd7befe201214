package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Attempts;
import dev.potstill.api.StageStatus.State;
import dev.potstill.contract.TerminationMessage;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifeTest {
    private static final String KILLED =
            "Container trainer for pod team/r1-0 failed with exit code 137 matching FailJob rule at index 1";

    private final Town town = new Town();

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @Test
    void a_run_goes_through_its_stages_to_its_scores() {
        town.apply("  stages: [Data, Evaluation]\n");
        Job data = town.job("r1-data-0");
        town.becomes("Reconciling", condition -> condition.status() == Status.True);
        assertThat(town.condition("Ready").status()).isEqualTo(Status.False);
        var pod = town.hands.run(data);
        town.works(Stage.Data);
        town.hands.exit(pod, 0, "Completed", Hands.lastWord(data));
        town.hands.complete(data);
        Job evaluation = town.job("r1-evaluation-0");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).state()).isEqualTo(State.Succeeded));
        assertThat(town.stage(Stage.Data).seconds()).isEqualTo(Hands.SECONDS);
        town.hands.done(evaluation);
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.condition("Ready").status()).isEqualTo(Status.True);
        assertThat(town.condition("Reconciling").status()).isEqualTo(Status.False);
        assertThat(town.status().scores())
                .singleElement()
                .satisfies(score -> assertThat(score.teacher()).isEqualTo("3.1"));
        assertThat(town.names()).containsExactly("r1-data-0", "r1-evaluation-0");
        assertThat(town.reasons()).contains("DataStarted", "DataSucceeded", "EvaluationSucceeded", "Succeeded");
    }

    @Test
    void a_stage_that_is_stopped_goes_on_in_another_job_and_is_not_counted_as_failed() {
        town.apply("  stages: [Data]\n");
        town.hands.exit(town.job("r1-data-0"), 75, "Error", "{}");
        Job again = town.job("r1-data-1");
        assertThat(again.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs())
                .containsSubsequence("--attempt", "1");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(0, 1)));
        town.hands.done(again);
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
    }

    @Test
    void a_drained_pod_is_not_counted_as_failed_even_when_it_is_gone() {
        town.apply("  stages: [Data]\n");
        town.hands.fail(
                town.job("r1-data-0"),
                "PodFailurePolicy",
                "Pod team/r1-data-0-0 has condition DisruptionTarget matching FailJob rule at index 0");
        town.job("r1-data-1");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(0, 1)));
    }

    @Test
    void a_pod_deleted_with_no_time_to_end_is_not_counted_as_failed_and_one_that_was_killed_before_is() {
        town.apply("  stages: [Data]\n  scheduling: {resources: {memory: 2Gi}}\n");
        town.hands.fail(town.job("r1-data-0"), "PodFailurePolicy", KILLED);
        Job second = town.job("r1-data-1");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(0, 1)));
        town.hands.exit(second, 137, "OOMKilled", "");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(1, 1)));
        town.hands.remove("r1-data-1-0");
        town.apply("  stages: [Data]\n  scheduling: {resources: {memory: 4Gi}}\n");
        town.job("r1-data-2");
        assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(1, 1));
        assertThat(town.stage(Stage.Data).lastFailure().reason()).isEqualTo("OOMKilled");
    }

    @Test
    void a_failure_is_told_with_its_reason_and_code_and_is_final_where_trying_again_cannot_help() {
        town.apply("  stages: [Data]\n");
        String said = "{\"reason\":\"Rejected\",\"message\":\"spec.data: no rows\",\"exitCode\":65}";
        town.hands.exit(town.job("r1-data-0"), 65, "Error", said);
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        var failure = town.stage(Stage.Data).lastFailure();
        assertThat(failure.exitCode()).isEqualTo(65);
        assertThat(failure.message()).isEqualTo("spec.data: no rows");
        assertThat(town.stage(Stage.Data).state()).isEqualTo(State.Failed);
        assertThat(town.condition("Succeeded").status()).isEqualTo(Status.False);
        assertThat(town.reasons()).contains("DataFailed", "Rejected");
    }

    @Test
    void a_lack_of_memory_is_told_with_advice_and_tried_again_with_more() {
        town.apply("  stages: [Data]\n  scheduling: {resources: {memory: 2Gi}}\n");
        town.hands.exit(town.job("r1-data-0"), 137, "OOMKilled", "");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).lastFailure())
                .isNotNull()
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo("OOMKilled"))
                .satisfies(failure -> assertThat(failure.message())
                        .contains("limit of 2Gi", "spec.scheduling.resources.memory", "batchSize")));
        town.apply("  stages: [Data]\n  scheduling: {resources: {memory: 4Gi}}\n");
        Job again = town.job("r1-data-1");
        assertThat(again.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getLimits())
                .containsKey("memory");
    }

    @Test
    void a_run_that_failed_for_good_goes_on_when_it_is_given_what_it_lacked() {
        String little = "  stages: [Data]\n  scheduling: {resources: {memory: 2Gi}}\n";
        town.apply(little);
        for (int i = 0; i < 3; i++) {
            town.hands.exit(town.job("r1-data-" + i), 137, "OOMKilled", "");
        }
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        town.apply(little.replace("2Gi", "4Gi"));
        Job again = town.job("r1-data-3");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(3, 0)));
        town.hands.exit(again, 78, "Error", "{\"reason\":\"WillNotFit\",\"message\":\"x\",\"exitCode\":78}");
        town.becomes("Stalled", condition -> condition.reason().equals("WillNotFit"));
        town.apply(little.replace("2Gi", "8Gi"));
        town.hands.done(town.job("r1-data-4"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "training: {activationCheckpointing: Full}",
                "checkpoint: {everySteps: 10}",
                "workspace: {cacheSize: 1Gi}"
            })
    void what_changes_no_output_may_be_what_a_run_that_failed_lacked(String setting) {
        town.apply("  stages: [Data]\n");
        town.hands.exit(town.job("r1-data-0"), 78, "Error", "");
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        town.apply("  stages: [Data]\n  " + setting + "\n");
        town.hands.done(town.job("r1-data-1"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
    }

    @Test
    void a_crash_is_tried_again_and_an_eviction_is_a_failure() {
        town.apply("  stages: [Data]\n");
        town.hands.exit(town.job("r1-data-0"), 139, "Error", "");
        Job second = town.job("r1-data-1");
        Town.eventually(
                () -> assertThat(town.stage(Stage.Data).lastFailure().message()).contains("crashed by signal 11"));
        town.hands.evict(second, "The node was low on resource: ephemeral-storage.");
        town.job("r1-data-2");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(2, 0)));
        assertThat(town.stage(Stage.Data).lastFailure().message()).contains("ephemeral-storage");
    }

    @Test
    void a_stage_for_which_no_node_has_room_says_what_it_waits_for() {
        town.apply("  stages: [Data]\n  scheduling: {gpu: {}}\n");
        Job data = town.job("r1-data-0");
        town.hands.unschedulable(data, "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.");
        town.becomes("Reconciling", condition -> condition.reason().equals("Unschedulable"));
        assertThat(town.status().summary())
                .isEqualTo("Data waits for a node with 1 nvidia.com/gpu: 0/1 nodes are available: 1 Insufficient"
                        + " nvidia.com/gpu.");
        assertThat(town.stage(Stage.Data).state()).isEqualTo(State.Pending);
        assertThat(town.reasons()).contains("Unschedulable");
    }

    @Test
    void gpu_seconds_are_those_of_all_attempts() {
        town.apply("  stages: [Data]\n  scheduling: {gpu: {count: 2}}\n");
        town.hands.exit(town.job("r1-data-0"), 75, "Error", "{}");
        town.hands.done(town.job("r1-data-1"));
        Town.eventually(() -> assertThat(town.stage(Stage.Data).gpuSeconds()).isEqualTo(2L * 2 * Hands.SECONDS));
    }

    @Test
    void a_stage_at_work_tells_how_far_it_is() {
        town.apply("  stages: [Data]\n");
        town.hands.answer(town.hands.run(town.job("r1-data-0")));
        Town.eventually(() -> assertThat(town.status().summary()).isEqualTo("43% · 1.900 loss · ETA 2h10m"));
        assertThat(town.stage(Stage.Data).lastCheckpointStep()).isEqualTo(40);
        assertThat(town.stage(Stage.Data).state()).isEqualTo(State.Running);
    }

    @Test
    void a_stage_that_is_stopped_over_and_over_leaves_few_jobs_and_a_whole_count() {
        town.apply("  stages: [Data]\n");
        for (int i = 0; i < 6; i++) {
            town.hands.exit(town.job("r1-data-" + i), 75, "Error", "{}");
        }
        town.job("r1-data-6");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(0, 6)));
        Town.eventually(
                () -> assertThat(town.names()).containsExactly("r1-data-3", "r1-data-4", "r1-data-5", "r1-data-6"));
    }

    @Test
    void a_stage_that_another_run_has_made_in_the_same_workspace_is_told_to_be_reused() {
        town.apply("  stages: [Data]\n  workspace: {claimName: shared}\n");
        Job data = town.job("r1-data-0");
        var pod = town.hands.run(data);
        town.hands.exit(pod, 0, "Completed", new TerminationMessage.Finished(Hands.report(data), true).json());
        town.hands.complete(data);
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Data).state()).isEqualTo(State.Reused);
        assertThat(town.stage(Stage.Data).output()).isNotNull();
        assertThat(town.reasons()).contains("DataReused").doesNotContain("DataSucceeded");
    }
}
