package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One stage of a run. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StageStatus(
        @JsonPropertyDescription("The stage.") @Required Stage name,

        @JsonPropertyDescription("Where it stands. Reused: an earlier run made the same output.") @Required
        State state,

        @JsonPropertyDescription("Digest of all that the stage's output depends on.") @Nullable @Size(max = 128)
        String inputDigest,

        @JsonPropertyDescription("The finished output.") @Nullable
        Output output,

        @JsonPropertyDescription("How often the stage was tried without success.") @Required
        Attempts attempts,

        @JsonPropertyDescription("Optimiser step of the last checkpoint.") @Nullable
        Integer lastCheckpointStep,

        @JsonPropertyDescription("Seconds of work, over all attempts.") @Nullable
        Long seconds,

        @JsonPropertyDescription("The last failure, if there was one.") @Nullable
        Failure lastFailure,

        @JsonPropertyDescription("Digest of the settings and upstream outputs that the stage's jobs were made for.")
        @Nullable
        @Size(max = 128)
        String settingsDigest,

        @JsonPropertyDescription("Seconds of work times accelerators held, over all attempts.") @Nullable
        Long gpuSeconds,

        @JsonPropertyDescription("Seconds that a stop takes at most, to finish a step and save it, as far as was"
                + " measured. Later attempts get three times as long to end, and a minute at least.")
        @Nullable
        Long stopSeconds,

        @JsonPropertyDescription("Where attempts have failed, digest of where and how the pods of the last attempt ran:"
                + " a stage that failed is tried anew when it changes.")
        @Nullable
        @Size(max = 128)
        String placementDigest,

        @JsonPropertyDescription(
                "Failed attempts that hold nothing up any more, for the run was changed after them; left out, none.")
        @Nullable
        Integer forgiven) {

    /** Of a stage that is not one of a cluster's. */
    public StageStatus(
            Stage name,
            State state,
            @Nullable String inputDigest,
            @Nullable Output output,
            Attempts attempts,
            @Nullable Integer lastCheckpointStep,
            @Nullable Long seconds,
            @Nullable Failure lastFailure) {
        this(
                name,
                state,
                inputDigest,
                output,
                attempts,
                lastCheckpointStep,
                seconds,
                lastFailure,
                null,
                null,
                null,
                null,
                null);
    }

    /** The same, with what is known of a stage in a cluster only. */
    public StageStatus inCluster(
            @Nullable String settings,
            @Nullable Long acceleratorSeconds,
            @Nullable Integer checkpointStep,
            @Nullable Long secondsToStop,
            @Nullable String placement,
            @Nullable Integer failuresForgiven) {
        return new StageStatus(
                name,
                state,
                inputDigest,
                output,
                attempts,
                checkpointStep,
                seconds,
                lastFailure,
                settings,
                acceleratorSeconds,
                secondsToStop,
                placement,
                failuresForgiven);
    }

    /** The same, standing elsewhere. */
    public StageStatus withState(State now) {
        return with(now, lastFailure);
    }

    /** The same, of which more is told about its last failure. */
    public StageStatus withFailure(Failure failure) {
        return with(state, failure);
    }

    private StageStatus with(State now, @Nullable Failure failure) {
        return new StageStatus(
                name,
                now,
                inputDigest,
                output,
                attempts,
                lastCheckpointStep,
                seconds,
                failure,
                settingsDigest,
                gpuSeconds,
                stopSeconds,
                placementDigest,
                forgiven);
    }

    /** Where a stage stands. Reused: an earlier run made the same output. */
    public enum State {
        Pending,
        Running,
        Succeeded,
        Reused,
        Failed
    }

    /** A stage's finished output: its folder in the workspace, and the digest of its files. */
    public record Output(
            @JsonPropertyDescription("Its folder, relative to the workspace.") @Required @Size(max = 1024)
            String path,

            @JsonPropertyDescription("Digest of its files.") @Required @Size(max = 128)
            String digest) {}

    /** How often the stage was tried without success. */
    public record Attempts(
            @JsonPropertyDescription("Attempts that failed.") @Required
            Integer failed,

            @JsonPropertyDescription("Attempts that were stopped from outside and do not count as failures.") @Required
            Integer preempted) {}

    /** The last failure: a CamelCase reason, what was found and what to do, and the trainer's exit code. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Failure(
            @JsonPropertyDescription("Why, as one CamelCase word.") @Required @Size(max = 128)
            String reason,

            @JsonPropertyDescription("What was found, what was expected and what to do.") @Required @Size(max = 4096)
            String message,

            @JsonPropertyDescription("The trainer's exit code, if it ended.") @Nullable
            Integer exitCode,

            @JsonPropertyDescription("The last lines that the trainer's pod printed.") @Nullable @Size(max = 4096)
            String logTail) {

        public Failure(String reason, String message, @Nullable Integer exitCode) {
            this(reason, message, exitCode, null);
        }
    }
}
