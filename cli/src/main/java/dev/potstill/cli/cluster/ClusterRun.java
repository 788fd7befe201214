package dev.potstill.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Condition;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.Workspace.AccessMode;
import dev.potstill.cli.report.Scores;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.manifest.Manifest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A run as the API server holds it.
 *
 * @param json all of it
 * @param status empty lists where nothing was reported yet
 * @param isUnderstood whether the status is one that this version knows; it is empty where not
 */
record ClusterRun(ObjectNode json, DistillationRunStatus status, boolean isUnderstood) {
    /** kubectl's own note of what it applied, which tells a reader nothing new. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private static final DistillationRunStatus NOTHING_SAID =
            new DistillationRunStatus(null, null, null, List.of(), List.of(), List.of(), null, null, null);

    /** @throws Problem REJECTED where its status is that of another version */
    static ClusterRun of(GenericKubernetesResource resource) {
        ObjectNode json = Json.mapper().valueToTree(resource);
        try {
            var status = Json.mapper().convertValue(json.path("status"), DistillationRunStatus.class);
            return new ClusterRun(json, Objects.requireNonNullElse(status, NOTHING_SAID), true);
        } catch (IllegalArgumentException e) {
            throw Problem.rejected("the status of %s is not understood: found that of another version of Potstill (%s)"
                    .formatted(resource.getMetadata().getName(), Refusal.rootOf(e)));
        }
    }

    /** One among others, which are not to suffer from it. */
    static ClusterRun of(GenericKubernetesResource resource, Consumer<String> warnings) {
        try {
            return of(resource);
        } catch (Problem problem) {
            warnings.accept(problem.getMessage());
            return new ClusterRun(Json.mapper().valueToTree(resource), NOTHING_SAID, false);
        }
    }

    String name() {
        return json.path("metadata").path("name").asText();
    }

    String namespace() {
        return json.path("metadata").path("namespace").asText();
    }

    String uid() {
        return json.path("metadata").path("uid").asText();
    }

    Duration age(Instant now) {
        return Duration.between(
                Instant.parse(json.path("metadata").path("creationTimestamp").asText()), now);
    }

    private JsonNode spec() {
        return json.path("spec");
    }

    /** @throws Problem REJECTED where this version does not know it */
    Execution wanted() {
        String wanted = spec().path("execution").asText(Execution.Running.name());
        return Stream.of(Execution.values())
                .filter(execution -> execution.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> Problem.rejected(
                        "spec.execution of %s is not understood: found %s, expected one of %s; the cluster's Potstill is another version"
                                .formatted(name(), wanted, List.of(Execution.values()))));
    }

    /** Whether a queue holds it, whatever people want. */
    boolean isHeld() {
        return spec().path("suspend").asBoolean(false);
    }

    boolean isOnOneNode() {
        return !spec().path("workspace").path("accessMode").asText().equals(AccessMode.ReadWriteMany.name());
    }

    /** @throws Problem REJECTED where this version does not know all of it */
    Manifest manifest() {
        ObjectNode plain = json.deepCopy();
        if (plain.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(LAST_APPLIED);
        }
        return Manifest.of(plain);
    }

    /** Whether the status is of the spec as it is now. */
    private boolean isUpToDate() {
        long generation = json.path("metadata").path("generation").asLong();
        return Objects.requireNonNullElse(status.observedGeneration(), 0L) >= generation;
    }

    Optional<Condition> condition(String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    Phase phase() {
        return Phase.of(this);
    }

    /** Whether nothing more happens to it unless somebody asks for it. */
    boolean isSettled() {
        return isUpToDate() && phase().isSettled();
    }

    String summary() {
        return Objects.requireNonNullElse(
                status.summary(), "nothing has been said of it yet: is the operator at work?");
    }

    Optional<StageStatus> stage(Stage stage) {
        return status.stages().stream().filter(told -> told.name() == stage).findFirst();
    }

    /** The one at work. */
    Optional<StageStatus> running() {
        return status.stages().stream()
                .filter(stage -> stage.state() == StageStatus.State.Running)
                .findFirst();
    }

    long done() {
        return status.stages().stream().filter(stage -> stage.output() != null).count();
    }

    Scores scores() {
        var seconds = new TreeMap<Stage, Long>();
        status.stages().stream()
                .filter(stage -> stage.output() != null)
                .forEach(stage -> seconds.put(stage.name(), Objects.requireNonNullElse(stage.seconds(), 0L)));
        return new Scores(status.scores(), seconds);
    }
}
