package dev.potstill.pipeline;

import dev.potstill.api.StageStatus.Failure;
import java.util.Optional;

/**
 * How often a stage was tried without success, and why it failed last.
 *
 * @param forgiven failures that happened where the run no longer is, with less memory say: they are told, and hold nothing up
 */
public record Tries(int failed, int preempted, Optional<Failure> lastFailure, int forgiven) {
    public static final Tries NONE = new Tries(0, 0, Optional.empty());

    /** With nothing forgiven. */
    public Tries(int failed, int preempted, Optional<Failure> lastFailure) {
        this(failed, preempted, lastFailure, 0);
    }

    public int all() {
        return failed + preempted;
    }

    /** Failures that count. */
    int standing() {
        return failed - forgiven;
    }

    /** The same, and a new start. */
    public Tries forgiving() {
        return new Tries(failed, preempted, lastFailure, failed);
    }

    public Tries and(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done() -> this;
            case Outcome.Preempted() -> new Tries(failed, preempted + 1, lastFailure, forgiven);
            case Outcome.Rejected(var failure) -> new Tries(failed + 1, preempted, Optional.of(failure), forgiven);
            case Outcome.Failed(var failure) -> new Tries(failed + 1, preempted, Optional.of(failure), forgiven);
        };
    }
}
