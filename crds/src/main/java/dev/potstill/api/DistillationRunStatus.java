package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.potstill.api.StageStatus.Attempts;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What has come of a run. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DistillationRunStatus(
        @JsonPropertyDescription("The generation of the resource that this status was made of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("The stage at work, or the next to run; when all are done, the last one. For people.")
        @Nullable
        Stage stage,

        @JsonPropertyDescription("One line on where the run stands; for people.") @Nullable @Size(max = 256)
        String summary,

        @JsonPropertyDescription("What is known about the run.") @Size(max = 16)
        List<Condition> conditions,

        @JsonPropertyDescription("The run's stages, in the order they run.") @Size(max = 6)
        List<StageStatus> stages,

        @JsonPropertyDescription("The benchmark scores, a row for each suite and model.") @Size(max = 128)
        List<Score> scores,

        @JsonPropertyDescription("The student's first score and the teacher's, in a line; for people.")
        @Nullable
        @Size(max = 256)
        String score,

        @JsonPropertyDescription("Attempts at all stages that were without success.") @Nullable
        Attempts attempts,

        @JsonPropertyDescription("Whose student this run starts from, where spec.student.model is run://NAME: as it was"
                + " first found. It stays, whatever becomes of that run.")
        @Nullable
        StartedFrom startedFrom,

        @JsonPropertyDescription("The trainer image that the run began with; all its stages are done with it.")
        @Nullable
        @Size(max = 1024)
        String trainerImage) {

    /** The student of another run. */
    public record StartedFrom(
            @JsonPropertyDescription("The run, as spec.student.model names it: run://NAME.") @Size(max = 1024)
            String run,

            @JsonPropertyDescription("Where its student is: pvc://CLAIM/PATH.") @Size(max = 1024)
            String model) {}

    /** A status as it is read back may lack its empty lists. */
    public DistillationRunStatus {
        conditions = List.copyOf(Objects.requireNonNullElse(conditions, List.of()));
        stages = List.copyOf(Objects.requireNonNullElse(stages, List.of()));
        scores = List.copyOf(Objects.requireNonNullElse(scores, List.of()));
    }

    /** The attempts are those of all stages. */
    public DistillationRunStatus(
            @Nullable Long observedGeneration,
            @Nullable Stage stage,
            @Nullable String summary,
            List<Condition> conditions,
            List<StageStatus> stages,
            List<Score> scores,
            @Nullable String score,
            @Nullable StartedFrom startedFrom,
            @Nullable String trainerImage) {
        this(
                observedGeneration,
                stage,
                summary,
                conditions,
                stages,
                scores,
                score,
                sum(stages),
                startedFrom,
                trainerImage);
    }

    private static Attempts sum(List<StageStatus> stages) {
        return new Attempts(
                stages.stream().mapToInt(stage -> stage.attempts().failed()).sum(),
                stages.stream().mapToInt(stage -> stage.attempts().preempted()).sum());
    }
}
