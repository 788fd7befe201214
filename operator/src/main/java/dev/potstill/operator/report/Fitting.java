package dev.potstill.operator.report;

import dev.potstill.api.Condition;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Failure;

/** Cuts texts to what the API takes: one that is too long would have the whole status refused. */
final class Fitting {
    private static final int SUMMARY = 256;
    private static final int CONDITION = 32_768;
    private static final int FAILURE = 4096;

    private Fitting() {}

    static DistillationRunStatus fit(DistillationRunStatus status) {
        String summary = status.summary();
        return new DistillationRunStatus(
                status.observedGeneration(),
                status.stage(),
                summary == null ? null : cut(summary.lines().findFirst().orElse(""), SUMMARY),
                status.conditions().stream().map(Fitting::fit).toList(),
                status.stages().stream().map(Fitting::fit).toList(),
                status.scores(),
                status.score(),
                status.startedFrom(),
                status.trainerImage());
    }

    /** The end is left out, in whole characters. */
    static String cut(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }

    private static Condition fit(Condition condition) {
        return new Condition(
                condition.type(),
                condition.status(),
                condition.reason(),
                cut(condition.message(), CONDITION),
                condition.lastTransitionTime(),
                condition.observedGeneration());
    }

    private static StageStatus fit(StageStatus stage) {
        Failure failure = stage.lastFailure();
        return failure == null
                ? stage
                : stage.withFailure(new Failure(
                        cut(failure.reason(), 128),
                        cut(failure.message(), FAILURE),
                        failure.exitCode(),
                        failure.logTail()));
    }
}
