package dev.potstill.cli.cluster;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Labels;
import dev.potstill.contract.Problem;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** One attempt at a stage: a Job of the operator's. */
record Attempt(Job job) {
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

    /** How many pods share it. */
    int shards() {
        return Objects.requireNonNullElse(job.getSpec().getCompletions(), 1);
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

    /**
     * Of the pods that share it one that tells most: of an attempt that has ended one that failed, of others one at work.
     *
     * @param shard that of this one, where one is asked for
     * @throws Problem USAGE where it has pods, and none of this one
     */
    Optional<Pod> pod(Connection connection, Optional<Integer> shard) {
        Map<Integer, Pod> newest = newest(connection);
        if (shard.isPresent() && !newest.isEmpty() && !newest.containsKey(shard.get())) {
            throw new Problem(
                    ExitCode.USAGE,
                    "--shard: found %d, expected one that %s has a pod of: %s"
                            .formatted(shard.get(), name(), newest.keySet()));
        }
        return mostTelling(newest, shard);
    }

    /** As {@link #pod}, but one that is asked for may be still to come. */
    Optional<Pod> podSoFar(Connection connection, Optional<Integer> shard) {
        return mostTelling(newest(connection), shard);
    }

    private Optional<Pod> mostTelling(Map<Integer, Pod> newest, Optional<Integer> shard) {
        List<String> first = hasEnded() ? List.of("Failed", "Succeeded") : List.of("Running", "Failed", "Succeeded");
        return newest.entrySet().stream()
                .filter(entry -> shard.isEmpty() || shard.get().equals(entry.getKey()))
                .map(Map.Entry::getValue)
                .min(Comparator.comparingInt(pod -> place(first, pod)));
    }

    private static int place(List<String> first, Pod pod) {
        int place = first.indexOf(pod.getStatus().getPhase());
        return place < 0 ? first.size() : place;
    }

    /** By their shard, where a Job controller has made several for one. */
    private Map<Integer, Pod> newest(Connection connection) {
        Map<Integer, Pod> newest = new TreeMap<>();
        connection
                .ask(
                        "list",
                        "pods",
                        client -> client.pods()
                                .inNamespace(job.getMetadata().getNamespace())
                                .withLabel(Labels.JOB_NAME, name())
                                .list())
                .getItems()
                .stream()
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
                .forEach(pod -> newest.put(shard(pod), pod));
        return newest;
    }

    private static int shard(Pod pod) {
        return Integer.parseInt(pod.getMetadata().getLabels().getOrDefault(Labels.SHARD, "0"));
    }
}
