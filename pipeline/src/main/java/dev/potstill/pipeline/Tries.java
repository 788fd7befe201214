package dev.potstill.pipeline;

import dev.potstill.api.StageStatus.Failure;
import java.util.Optional;

/** How often a stage was tried without success, and why it failed last. */
public record Tries(int failed, int preempted, Optional<Failure> lastFailure) {
    public static final Tries NONE = new Tries(0, 0, Optional.empty());

    public int all() {
        return failed + preempted;
    }

    public Tries and(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done() -> this;
            case Outcome.Preempted() -> new Tries(failed, preempted + 1, lastFailure);
            case Outcome.Rejected(var failure) -> new Tries(failed + 1, preempted, Optional.of(failure));
            case Outcome.Failed(var failure) -> new Tries(failed + 1, preempted, Optional.of(failure));
        };
    }
}
