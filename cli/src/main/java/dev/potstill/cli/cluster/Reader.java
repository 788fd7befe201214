package dev.potstill.cli.cluster;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.ReportExport;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a run's stages reported from its workspace, by a pod that is there no longer than that takes. */
record Reader(Connection connection, Desk desk) {
    private static final String PODS = "pods";
    private static final Duration GLANCE = Duration.ofMillis(500);
    /** An image that has to be pulled first takes a while. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** @param outputs folders of finished stages, relative to the workspace */
    ReportExport read(ClusterRun run, List<String> outputs) {
        List<Attempt> attempts = Attempt.of(run, connection);
        if (attempts.isEmpty()) {
            throw Problem.rejected(
                    "%s has no jobs left, and how its workspace is read is known of them".formatted(run.name()));
        }
        Attempt like = attempts.getLast();
        var anywhere = new ReaderPod(run, like, outputs, Optional.empty());
        var reader =
                new ReaderPod(run, like, outputs, run.isOnOneNode() ? holder(run, anywhere.claim()) : Optional.empty());
        Pod made = connection.ask(
                "create", PODS, client -> client.resource(reader.pod()).create());
        try {
            return exported(ended(made));
        } finally {
            delete(made);
        }
    }

    private Optional<String> holder(ClusterRun run, String claim) {
        var pods = connection.ask(
                "list",
                PODS,
                client -> client.pods().inNamespace(run.namespace()).list());
        return ReaderPod.holder(pods.getItems(), claim);
    }

    private Pod ended(Pod made) {
        Instant patience = desk.clock().instant().plus(PATIENCE);
        String lastNote = "";
        while (true) {
            @Nullable
            Pod pod =
                    connection.ask("get", PODS, client -> client.resource(made).get());
            if (pod == null) {
                throw unread("the pod that reads the workspace was deleted by somebody else");
            }
            if (ReaderPod.hasEnded(pod)) {
                return pod;
            }
            String note = waitsFor(pod);
            if (desk.pause().isOver()) {
                throw new Problem(ExitCode.STOPPED, "stopped: no report was written");
            }
            if (desk.clock().instant().isAfter(patience)) {
                throw unread("the pod that reads the workspace has not ended in %d minutes%s"
                        .formatted(PATIENCE.toMinutes(), note.isEmpty() ? "" : ": " + note));
            }
            if (!note.isEmpty() && !note.equals(lastNote)) {
                desk.tell(desk.err().dim("  waits to read the workspace: " + note));
                lastNote = note;
            }
            desk.pause().await(GLANCE);
        }
    }

    private static Problem unread(String why) {
        return new Problem(ExitCode.CLUSTER_UNAVAILABLE, why);
    }

    /** For which node or image; empty where it goes on without trouble. */
    private static String waitsFor(Pod pod) {
        if (pod.getStatus() == null) {
            return "";
        }
        Optional<String> node = pod.getStatus().getConditions().stream()
                .filter(condition -> "Unschedulable".equals(condition.getReason()))
                .map(condition -> condition.getMessage())
                .findFirst();
        return node.or(() -> pod.getStatus().getContainerStatuses().stream()
                        .map(ContainerStatus::getState)
                        .flatMap(state -> Optional.ofNullable(state.getWaiting()).stream())
                        .filter(waiting -> waiting.getMessage() != null)
                        .map(Reader::told)
                        .findFirst())
                .orElse("");
    }

    private static String told(ContainerStateWaiting waiting) {
        return waiting.getReason() + ": " + waiting.getMessage();
    }

    private ReportExport exported(Pod pod) {
        String log = connection.ask(
                "get",
                "pods/log",
                client -> client.pods()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(pod.getMetadata().getName())
                        .inContainer(ReaderPod.READER)
                        .getLog());
        return ReportExport.find(log)
                .orElseThrow(() -> new Problem(
                        exitCode(pod),
                        "the workspace could not be read: "
                                + log.lines()
                                        .filter(line -> !line.isBlank())
                                        .reduce((earlier, later) -> later)
                                        .orElse("the pod that reads it printed nothing")));
    }

    private static ExitCode exitCode(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(status -> status.getState().getTerminated())
                .flatMap(ended -> Optional.ofNullable(ended).stream())
                .map(ContainerStateTerminated::getExitCode)
                .filter(code -> code != 0)
                .map(ExitCode::of)
                .findFirst()
                .orElse(ExitCode.DEFECT);
    }

    private void delete(Pod made) {
        try {
            connection.ask("delete", PODS, client -> client.resource(made).delete());
        } catch (Problem problem) {
            desk.tell("the pod %s could not be deleted and ends by itself: %s"
                    .formatted(made.getMetadata().getName(), problem.getMessage()));
        }
    }
}
