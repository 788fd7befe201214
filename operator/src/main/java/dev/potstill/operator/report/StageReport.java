package dev.potstill.operator.report;

import dev.potstill.api.Scheduling.Gpu;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.Progress;
import dev.potstill.operator.observe.Attempt;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Run;
import dev.potstill.pipeline.Observed.Active;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What only a cluster knows of a stage: its Jobs and pods now, and what was reported of those that are gone. */
record StageReport(Run run, Observation seen, Function<Attempt, Optional<String>> logTail) {

    StageStatus of(StageStatus stage) {
        Optional<String> settings = seen.settings(stage.name());
        Optional<StageStatus> reported = run.before(stage.name());
        // Of other settings, what was reported does not hold any more.
        Optional<StageStatus> before =
                reported.filter(known -> settings.equals(Optional.ofNullable(known.settingsDigest())));
        return withTail(stage)
                .inCluster(
                        settings.orElse(null),
                        gpuSeconds(stage, before).orElse(null),
                        checkpointStep(stage, before).orElse(null),
                        stopSeconds(stage, reported).orElse(null),
                        placement(stage, before).orElse(null),
                        forgiven(stage));
    }

    /** Of a stage that failed: Jobs may be deleted, and it is still to be known whether the run was changed since. */
    private Optional<String> placement(StageStatus stage, Optional<StageStatus> before) {
        return seen.settings(stage.name())
                .filter(settings -> stage.attempts().failed() > 0)
                .flatMap(settings -> seen.journal().placement(stage.name(), settings))
                .or(() -> before.flatMap(reported -> Optional.ofNullable(reported.placementDigest())));
    }

    private @Nullable Integer forgiven(StageStatus stage) {
        int forgiven = seen.situation().tries(stage.name()).forgiven();
        return forgiven == 0 ? null : forgiven;
    }

    /** Once told of so many attempts it stays: when pods are gone, no more is known than was then. */
    private Optional<Long> gpuSeconds(StageStatus stage, Optional<StageStatus> before) {
        Gpu gpu = run.spec().scheduling().gpu();
        long seconds = seen.worked(stage.name()).seconds();
        return before.filter(
                        reported -> reported.attempts().equals(stage.attempts()) && reported.state() == stage.state())
                .flatMap(reported -> Optional.ofNullable(reported.gpuSeconds()))
                .or(() -> gpu == null || seconds == 0 ? Optional.empty() : Optional.of(seconds * gpu.count()));
    }

    /** The newest that was heard of; a finished stage has none. */
    private Optional<Integer> checkpointStep(StageStatus stage, Optional<StageStatus> before) {
        if (stage.output() != null) {
            return Optional.empty();
        }
        Optional<Integer> heard = heard(stage)
                .flatMap(now -> Optional.ofNullable(now.checkpointStep()))
                .map(Math::toIntExact);
        return heard.or(() -> before.flatMap(reported -> Optional.ofNullable(reported.lastCheckpointStep())));
    }

    /** The most that was ever told, also of other settings: by the pod at work, or by one that was stopped. */
    private Optional<Long> stopSeconds(StageStatus stage, Optional<StageStatus> before) {
        Optional<Long> told = heard(stage)
                .flatMap(now -> Optional.ofNullable(now.stopSeconds()))
                .or(() -> seen.journal().newest(stage.name()).flatMap(Attempt::stopSeconds));
        Optional<Long> known = before.flatMap(reported -> Optional.ofNullable(reported.stopSeconds()));
        return Stream.of(told, known).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /** What the stage's pod at work answers. */
    private Optional<Progress> heard(StageStatus stage) {
        return seen.situation().seen() instanceof Active(var active, var progress) && active == stage.name()
                ? progress
                : Optional.empty();
    }

    /** The log's end is read once, when a failure is first told of. */
    private StageStatus withTail(StageStatus stage) {
        Failure failure = stage.lastFailure();
        int failedBefore = run.before(stage.name())
                .map(before -> before.attempts().failed())
                .orElse(0);
        if (failure == null || failure.logTail() != null || stage.attempts().failed() <= failedBefore) {
            return stage;
        }
        return seen.journal()
                .newest(stage.name())
                .flatMap(logTail)
                .map(tail ->
                        stage.withFailure(new Failure(failure.reason(), failure.message(), failure.exitCode(), tail)))
                .orElse(stage);
    }
}
