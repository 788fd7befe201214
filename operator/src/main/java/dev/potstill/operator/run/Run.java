package dev.potstill.operator.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.DistillationRunStatus.StartedFrom;
import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.manifest.Manifest;
import java.util.Objects;
import java.util.Optional;

/**
 * A run of the cluster whose spec is good.
 *
 * @param from whose student it starts from, once that is known; the manifest then says where that is
 */
public record Run(RunResource resource, Manifest manifest, Optional<StartedFrom> from) {

    /** A bad run is a value, not an exception. */
    public sealed interface Parsed {
        record Good(Run run) implements Parsed {}

        record Bad(RunResource resource, Problem why) implements Parsed {
            /** Whether what is at work is to stop, whatever else the spec says. */
            public boolean isToStop() {
                JsonNode spec = Json.mapper().valueToTree(resource).path("spec");
                String execution = spec.path("execution").asText(Execution.Running.name());
                return spec.path("suspend").asBoolean() || !execution.equals(Execution.Running.name());
            }
        }
    }

    public static Parsed parse(RunResource resource) {
        JsonNode json = Json.mapper().valueToTree(resource);
        try {
            return new Parsed.Good(new Run(resource, Manifest.of(json), Optional.empty()));
        } catch (Problem problem) {
            return new Parsed.Bad(resource, problem);
        }
    }

    /** The same run, with another's student in the place of that run's name. */
    public Run startingFrom(StartedFrom other) {
        return new Run(resource, manifest.startingFrom(other.model()), Optional.of(other));
    }

    /** How many pods share a stage. */
    public int shards(Stage stage) {
        return switch (stage) {
            case Data -> spec().data().shards();
            case Evaluation -> spec().evaluation().shards();
            case Feature, Response, Reinforcement, Quantization -> 1;
        };
    }

    public String name() {
        return resource.getMetadata().getName();
    }

    public String namespace() {
        return resource.getMetadata().getNamespace();
    }

    public String uid() {
        return resource.getMetadata().getUid();
    }

    public DistillationRunSpec spec() {
        return manifest.spec();
    }

    /** What is wanted of it now, by its user and by a queue. */
    public Execution wanted() {
        boolean held = spec().suspend() && spec().execution() == Execution.Running;
        return held ? Execution.Paused : spec().execution();
    }

    /** What was last reported. */
    public Optional<DistillationRunStatus> before() {
        return Optional.ofNullable(resource.getStatus());
    }

    /** Whether a status was written for the spec as it is. */
    public boolean isOfNow(DistillationRunStatus status) {
        return Objects.equals(
                status.observedGeneration(), resource.getMetadata().getGeneration());
    }

    public Optional<StageStatus> before(Stage stage) {
        return before().stream()
                .flatMap(status -> status.stages().stream())
                .filter(reported -> reported.name() == stage)
                .findFirst();
    }
}
