package dev.potstill.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stage that asks for GPUs runs where they are, and says what it waits for where they are not. */
@OnACluster
class GpuTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("gpu");

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String SPEC = "spec:\n";

    private static Cluster.Run asking(int gpus) throws IOException {
        return CLUSTER.apply(
                Project.here().example("quickstart"),
                "name: quickstart",
                "name: asks-for-" + gpus,
                SPEC,
                SPEC + "  scheduling: {gpu: {resource: nvidia.com/gpu, count: " + gpus + "}}\n");
    }

    @Test
    void aStageThatAsksForAGpuIsScheduledWhereOneIs() throws IOException {
        assumeTrue(CLUSTER.hasGpu(), "skipped: no node of this cluster has nvidia.com/gpu");
        Cluster.Run run = asking(1);
        run.await(
                SOON,
                status -> status.path("stages").path(0).path("state").asText().equals("Running"));
        Pod pod = CLUSTER.podsOf("Data").stream()
                .filter(one -> one.getMetadata().getName().startsWith("asks-for-1-"))
                .findFirst()
                .orElseThrow();
        assertThat(pod.getSpec().getNodeName()).isNotBlank();
        assertThat(pod.getSpec().getContainers().getFirst().getResources().getLimits())
                .containsEntry("nvidia.com/gpu", new Quantity("1"));
        run.delete();
    }

    @Test
    void aStageThatAsksForMoreGpusThanThereAreSaysThatItWaitsForThem() throws IOException {
        Cluster.Run run = asking(64);
        JsonNode status = run.await(
                SOON,
                now -> Cluster.Run.condition(now, "Reconciling")
                        .path("message")
                        .asText()
                        .contains("nvidia.com/gpu"));
        assertThat(Cluster.Run.is(status, "Succeeded", "Unknown")).isTrue();
        run.delete();
    }
}
