package dev.potstill.operator;

import static org.awaitility.Awaitility.await;

import dev.potstill.api.Condition;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.RunResource;
import dev.potstill.testing.ApiServer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.core.ThrowingRunnable;

/** A namespace of the test's own, as a user of it sees it. */
final class Town {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final String RUN = """
            apiVersion: potstill.dev/v1alpha1
            kind: DistillationRun
            metadata: {name: r1}
            spec:
              teachers: [{name: big, model: builtin://teacher}]
              student: {model: builtin://start}
              data: {sources: [{uri: builtin://problems}]}
            """;

    final KubernetesClient client;
    final String namespace;
    final Hands hands;

    Town() {
        client = ApiServer.get().client();
        namespace = ApiServer.get().namespace(client);
        hands = new Hands(client, namespace);
    }

    /** @param more lines of the spec, each by two spaces */
    RunResource apply(String more) {
        return apply("r1", "builtin://start", more);
    }

    RunResource apply(String name, String student, String more) {
        return apply(name, student, more, "");
    }

    /** @param data further fields of spec.data, each after a comma */
    RunResource apply(String name, String student, String more, String data) {
        RunResource run = read(student, more, data);
        run.getMetadata().setName(name);
        run.getMetadata().setNamespace(namespace);
        return client.resource(run).fieldManager("kubectl").forceConflicts().serverSideApply();
    }

    /** As it is written, and nowhere applied. */
    static RunResource read(String more) {
        return read("builtin://start", more, "");
    }

    private static RunResource read(String student, String more, String data) {
        return YAML.unmarshal(
                RUN.replace("builtin://start", student).replace("problems}]", "problems}]" + data) + more,
                RunResource.class);
    }

    RunResource run() {
        return run("r1");
    }

    RunResource run(String name) {
        return client.resources(RunResource.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    DistillationRunStatus status() {
        return status("r1");
    }

    DistillationRunStatus status(String name) {
        return Optional.ofNullable(run(name))
                .map(RunResource::getStatus)
                .orElseThrow(() -> new AssertionError("no status"));
    }

    StageStatus stage(Stage stage) {
        return status().stages().stream()
                .filter(reported -> reported.name() == stage)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is said of " + stage));
    }

    Condition condition(String type) {
        return status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type));
    }

    List<Job> jobs() {
        return client.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
                .sorted(Comparator.comparing(job -> job.getMetadata().getName()))
                .toList();
    }

    Job job(String name) {
        eventually(() -> {
            if (find(name).isEmpty()) {
                throw new AssertionError("no job %s among %s".formatted(name, names()));
            }
        });
        return find(name).orElseThrow();
    }

    private Optional<Job> find(String name) {
        return jobs().stream()
                .filter(job -> job.getMetadata().getName().equals(name))
                .findFirst();
    }

    List<String> names() {
        return jobs().stream().map(job -> job.getMetadata().getName()).toList();
    }

    List<Event> events() {
        return client.v1().events().inNamespace(namespace).list().getItems();
    }

    List<String> reasons() {
        return events().stream().map(Event::getReason).sorted().toList();
    }

    void becomes(String type, Predicate<Condition> expected) {
        eventually(() -> {
            if (!expected.test(condition(type))) {
                throw new AssertionError(status());
            }
        });
    }

    static String stageOf(Job job) {
        return job.getMetadata().getLabels().get(Names.STAGE);
    }

    /** The stage's trainer is at work; of one that is only being started the conditions have the same reason. */
    void works(Stage stage) {
        eventually(() -> {
            if (stage(stage).state() != StageStatus.State.Running) {
                throw new AssertionError(status());
            }
        });
    }

    /** What is not there yet need not be, when it is first looked at. */
    static void eventually(ThrowingRunnable holds) {
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(holds);
    }
}
