package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Attempts;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod whose node does not take it, cannot start it, or is lost. */
class NodeTroubleTest {
    private final Town town = new Town();

    @AutoClose
    private Operating operator = Operating.in(town.namespace);

    @Test
    void a_pod_that_its_node_refuses_over_and_over_is_a_failure_in_the_kubelets_words() {
        town.apply("  stages: [Data]\n");
        String why = "Pod was rejected: Allocate failed due to no healthy devices present, which is unexpected";
        for (int i = 0; i < 3; i++) {
            Job job = town.job("r1-data-" + i);
            town.hands.refuse(town.hands.pend(job), "UnexpectedAdmissionError", why);
            town.hands.failWithoutRule(job);
        }
        town.becomes("Stalled", condition -> condition.status() == Status.True);
        assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(3, 0));
        var failure = town.stage(Stage.Data).lastFailure();
        assertThat(failure.reason()).isEqualTo("RefusedByNode");
        assertThat(failure.message()).contains("UnexpectedAdmissionError", why, "spec.scheduling.nodeSelector");
        assertThat(town.reasons()).contains("DataFailed").doesNotContain("DataStopped");
        assertThat(town.names()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Preempting", "NodeShutdown", "Terminated"})
    void a_node_that_makes_room_or_shuts_down_is_nobodys_fault(String reason) {
        town.apply("  stages: [Data]\n");
        Job job = town.job("r1-data-0");
        town.hands.refuse(town.hands.pend(job), reason, "so it is");
        town.hands.failWithoutRule(job);
        town.job("r1-data-1");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(0, 1)));
    }

    @Test
    void a_pod_that_is_gone_without_a_trace_is_nobodys_fault() {
        town.apply("  stages: [Data]\n");
        town.hands.failWithoutRule(town.job("r1-data-0"));
        town.job("r1-data-1");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(0, 1)));
    }

    @Test
    void a_container_that_cannot_be_started_is_tried_again_and_says_why() {
        town.apply("  stages: [Data]\n");
        String why = "failed to create containerd task: nvidia-container-cli: initialization error";
        town.hands.exit(town.job("r1-data-0"), 128, "StartError", why);
        town.job("r1-data-1");
        Town.eventually(() -> assertThat(town.stage(Stage.Data).attempts()).isEqualTo(new Attempts(1, 0)));
        assertThat(town.stage(Stage.Data).lastFailure().reason()).isEqualTo("StartError");
        assertThat(town.stage(Stage.Data).lastFailure().message()).contains(why);
    }

    @Test
    void a_pod_that_is_being_started_names_itself_for_its_events() {
        town.apply("  stages: [Data]\n");
        town.hands.pend(town.job("r1-data-0"));
        town.becomes("Reconciling", condition -> condition.message().contains("the events of the pod r1-data-0-0"));
        assertThat(town.condition("Reconciling").reason()).isEqualTo("PodPending");
    }

    @Test
    void a_deleted_pod_whose_node_does_not_answer_is_told_and_so_it_is_when_the_run_is_paused() {
        town.apply("  stages: [Data]\n");
        var pod = town.hands.run(town.job("r1-data-0"));
        town.becomes("Reconciling", condition -> condition.reason().equals("Data"));
        town.client.resource(pod).delete();
        operator.close();
        operator = Operating.later(Duration.ofMinutes(10), town.namespace);
        town.becomes("Reconciling", condition -> condition.reason().equals("Terminating"));
        assertThat(town.status().summary()).contains("pod r1-data-0-0", "kubectl delete node");
        assertThat(town.reasons()).contains("Terminating");
        town.apply("  stages: [Data]\n  execution: Paused\n");
        Town.eventually(() -> assertThat(town.status().observedGeneration()).isEqualTo(2));
        assertThat(town.condition("Reconciling").message()).contains("pod r1-data-0-0", "kubectl delete node");
        assertThat(town.names()).containsExactly("r1-data-0");
    }
}
