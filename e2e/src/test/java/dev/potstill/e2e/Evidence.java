package dev.potstill.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What there was in the cluster when a test failed: it is gone with the cluster, and where tests run unattended nothing else is left. */
record Evidence(KubernetesClient client, String namespace) {
    private static final int LINES = 40;
    private static final int EVENTS = 25;

    void print() {
        Stream.of(runs(), jobs(), pods(), events(), operator())
                .flatMap(List::stream)
                .flatMap(String::lines)
                .forEach(line -> System.out.println("evidence: " + line));
    }

    private List<String> runs() {
        return client
                .genericKubernetesResources(Cluster.API, "DistillationRun")
                .inNamespace(namespace)
                .list()
                .getItems()
                .stream()
                .map(Evidence::run)
                .toList();
    }

    private static String run(GenericKubernetesResource run) {
        return "run %s, generation %d, %s: spec.execution %s, status %s"
                .formatted(
                        run.getMetadata().getName(),
                        run.getMetadata().getGeneration(),
                        run.getMetadata().getResourceVersion(),
                        Objects.toString(run.get("spec", "execution")),
                        Serialization.asJson(run.getAdditionalProperties().get("status")));
    }

    private List<String> jobs() {
        return client.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
                .map(Evidence::job)
                .toList();
    }

    private static String job(Job job) {
        return "job %s, made at %s, deleted at %s: %s"
                .formatted(
                        job.getMetadata().getName(),
                        job.getMetadata().getCreationTimestamp(),
                        job.getMetadata().getDeletionTimestamp(),
                        Serialization.asJson(job.getStatus()));
    }

    private List<String> pods() {
        return client.pods().inNamespace(namespace).list().getItems().stream()
                .map(pod -> "pod %s: %s %s"
                        .formatted(
                                pod.getMetadata().getName(),
                                pod.getStatus().getPhase(),
                                pod.getStatus().getContainerStatuses().stream()
                                        .map(ContainerStatus::getState)
                                        .map(Serialization::asJson)
                                        .toList()))
                .toList();
    }

    private List<String> events() {
        List<Event> events = client.v1().events().inNamespace(namespace).list().getItems().stream()
                .sorted(Comparator.comparing(event -> event.getMetadata().getCreationTimestamp()))
                .toList();
        return events.stream()
                .skip(Math.max(0, events.size() - EVENTS))
                .map(event -> "event %s %s: %s %s"
                        .formatted(
                                event.getMetadata().getCreationTimestamp(),
                                event.getInvolvedObject().getName(),
                                event.getReason(),
                                event.getMessage()))
                .toList();
    }

    /** Its log, and that of the container before it, which tells why it ended. */
    private List<String> operator() {
        return new OperatorPod(client)
                .find()
                .map(pod -> List.of(
                        "operator %s: %s".formatted(pod.getMetadata().getName(), Serialization.asJson(pod.getStatus())),
                        "the log of its container before:\n" + log(pod, true),
                        "its log:\n" + log(pod, false)))
                .orElse(List.of("there is no pod of the operator"));
    }

    private String log(Pod pod, boolean before) {
        var one = client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName());
        try {
            return (before ? one.terminated().tailingLines(LINES) : one.tailingLines(LINES)).getLog();
        } catch (KubernetesClientException e) {
            return e.getMessage();
        }
    }
}
