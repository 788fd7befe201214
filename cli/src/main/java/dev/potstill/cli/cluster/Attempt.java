package dev.potstill.cli.cluster;

import dev.potstill.api.Stage;
import dev.potstill.contract.Labels;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One attempt at a stage: a Job of the operator's. */
record Attempt(Job job) {
    private static final String JOB_NAME = "batch.kubernetes.io/job-name";

    /** All that are left of a run's, in the order they were made. */
    static List<Attempt> of(ClusterRun run, Connection connection) {
        return connection
                .ask(
                        "list",
                        "jobs.batch",
                        client -> client.batch()
                                .v1()
                                .jobs()
                                .inNamespace(run.namespace())
                                .withLabels(Map.of(Labels.RUN, run.name(), Labels.RUN_UID, run.uid()))
                                .list())
                .getItems()
                .stream()
                .map(Attempt::new)
                .sorted(Comparator.comparing(
                                (Attempt attempt) -> attempt.job.getMetadata().getCreationTimestamp())
                        .thenComparing(Attempt::stage)
                        .thenComparing(Attempt::number))
                .toList();
    }

    String name() {
        return job.getMetadata().getName();
    }

    Stage stage() {
        return Stage.valueOf(label(Labels.STAGE));
    }

    int number() {
        return Integer.parseInt(label(Labels.ATTEMPT));
    }

    private String label(String name) {
        return Objects.requireNonNullElse(job.getMetadata().getLabels().get(name), "");
    }

    boolean hasEnded() {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getStatus().equals("True")
                                && (condition.getType().equals("Complete")
                                        || condition.getType().equals("Failed")));
    }

    Optional<Container> trainer() {
        return job.getSpec().getTemplate().getSpec().getContainers().stream()
                .filter(container -> container.getName().equals(Labels.TRAINER))
                .findFirst();
    }

    /** The newest, where a Job controller has made several. */
    Optional<Pod> pod(Connection connection) {
        return connection
                .ask(
                        "list",
                        "pods",
                        client -> client.pods()
                                .inNamespace(job.getMetadata().getNamespace())
                                .withLabel(JOB_NAME, name())
                                .list())
                .getItems()
                .stream()
                .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
    }
}
