package dev.potstill.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The operator's pod, one after the other. */
record OperatorPod(KubernetesClient client) {

    Optional<Pod> find() {
        return client
                .pods()
                .inAnyNamespace()
                .withLabel("app.kubernetes.io/name", "potstill-operator")
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .findFirst();
    }

    PodResource resource() {
        Pod pod = find().orElseThrow();
        return client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName());
    }

    Pod ready() {
        return Awaitility.await("the operator is ready")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> find().filter(OperatorPod::isReady), Optional::isPresent)
                .orElseThrow();
    }

    /** As when its node is cut off from power. */
    void deleteNow() {
        resource().withGracePeriod(0).delete();
    }

    /** Its process gets SIGKILL where it is one of this machine's. */
    boolean killProcess() {
        return new Container(container(ready())).kill();
    }

    static ContainerStatus container(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }
}
