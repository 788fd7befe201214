package dev.potstill.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The pod of one attempt at a stage of a run. */
record Trainer(Cluster cluster, Cluster.Run run, String stage, int attempt) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The trainer's port, by the API server's proxy: pods' own addresses are not answered everywhere. */
    private static final String PROGRESS = "/api/v1/namespaces/%s/pods/%s:9400/proxy/progress";

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration OFTEN = Duration.ofMillis(50);

    String job() {
        return "%s-%s-%d".formatted(run.name(), stage.toLowerCase(Locale.ROOT), attempt);
    }

    Optional<Pod> find() {
        return cluster
                .client()
                .pods()
                .inNamespace(cluster.namespace())
                .withLabel("batch.kubernetes.io/job-name", job())
                .list()
                .getItems()
                .stream()
                .findFirst();
    }

    Pod pod() {
        return await("the pod of " + job(), this::find);
    }

    PodResource resource() {
        return cluster.client()
                .pods()
                .inNamespace(cluster.namespace())
                .withName(pod().getMetadata().getName());
    }

    /** It has no time to save anything: by a force deletion alone it would have a second or two. */
    void deleteAndKill() {
        Container trainer =
                new Container(pod().getStatus().getContainerStatuses().getFirst());
        resource().withGracePeriod(0).delete();
        trainer.kill();
    }

    boolean isAtWork() {
        return find().map(pod -> pod.getStatus().getPhase())
                .filter("Running"::equals)
                .isPresent();
    }

    /** Waits until its process has ended; its pod may stay. */
    void ended() {
        Awaitility.await(job() + " ends").atMost(PATIENCE).pollInterval(OFTEN).until(() -> !isAtWork());
    }

    /** What its progress page says as soon as that is as wanted. */
    JsonNode at(String what, Predicate<JsonNode> wanted) {
        String page =
                PROGRESS.formatted(cluster.namespace(), pod().getMetadata().getName());
        return await(job() + " " + what, () -> read(page).filter(wanted));
    }

    private Optional<JsonNode> read(String page) {
        try {
            return Optional.ofNullable(cluster.client().raw(page)).map(Trainer::parse);
        } catch (KubernetesClientException e) {
            return Optional.empty(); // it does not answer yet
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the progress page is not JSON: " + json, e);
        }
    }

    private static <T> T await(String what, Callable<Optional<T>> look) {
        return Awaitility.await(what)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(OFTEN)
                .until(look, Optional::isPresent)
                .orElseThrow();
    }
}
