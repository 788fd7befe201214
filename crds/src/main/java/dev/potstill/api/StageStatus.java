package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** One stage of a run. */
public record StageStatus(
        Stage name,
        State state,
        @Nullable String inputDigest,
        @Nullable Output output,
        Attempts attempts,
        @Nullable Integer lastCheckpointStep,
        @Nullable Long seconds,
        @Nullable Failure lastFailure) {

    /** Where a stage stands. Reused: an earlier run made the same output. */
    public enum State {
        Pending,
        Running,
        Succeeded,
        Reused,
        Failed
    }

    /** A stage's finished output: its folder in the workspace, and the digest of its files. */
    public record Output(String path, String digest) {}

    /** How often the stage was tried without success. */
    public record Attempts(Integer failed, Integer preempted) {}

    /** The last failure: a CamelCase reason, what was found and what to do, and the trainer's exit code. */
    public record Failure(
            String reason, String message, @Nullable Integer exitCode) {}
}
