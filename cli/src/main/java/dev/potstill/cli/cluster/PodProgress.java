package dev.potstill.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.potstill.api.StageStatus;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Labels;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Progress;
import dev.potstill.contract.TrainerCommand;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * How far a stage is, asked of its pod through the API server. Who may not ask so, or gets no answer, sees the summary that the
 * operator writes instead.
 */
final class PodProgress implements BiFunction<ClusterRun, StageStatus, Optional<Progress>> {
    private final Connection connection;
    private boolean forbidden;

    PodProgress(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Optional<Progress> apply(ClusterRun run, StageStatus stage) {
        if (forbidden) {
            return Optional.empty();
        }
        try {
            return pod(run, stage).flatMap(this::ask).filter(progress -> progress.stage() == stage.name());
        } catch (Problem problem) {
            forbidden = problem.exitCode() == ExitCode.FORBIDDEN;
            return Optional.empty();
        }
    }

    private Optional<Pod> pod(ClusterRun run, StageStatus stage) {
        return connection
                .ask(
                        "list",
                        "pods",
                        client -> client.pods()
                                .inNamespace(run.namespace())
                                .withLabels(Map.of(
                                        Labels.RUN_UID,
                                        run.uid(),
                                        Labels.STAGE,
                                        stage.name().name()))
                                .list())
                .getItems()
                .stream()
                .filter(pod -> pod.getStatus() != null
                        && "Running".equals(pod.getStatus().getPhase()))
                .findFirst();
    }

    private Optional<Progress> ask(Pod pod) {
        String page = "/api/v1/namespaces/%s/pods/%s:%d/proxy/progress"
                .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), TrainerCommand.DEFAULT_PORT);
        String answer = connection.ask("get", "pods/proxy", client -> client.raw(page));
        try {
            return answer == null ? Optional.empty() : Optional.of(Json.parse(answer, Progress.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
