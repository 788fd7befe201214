package dev.potstill.operator.observe;

import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.api.StageStatus.Output;
import dev.potstill.api.StageStatus.State;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.StageKey;
import dev.potstill.pipeline.Outcome;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.Later;
import dev.potstill.pipeline.Tries;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How each stage of a run stands, by its newest attempt for the settings it has now. What a pod said stays in the status when the
 * pod is gone.
 */
final class Survey {
    private static final WorkspaceLayout WORKSPACE = new WorkspaceLayout(Path.of(""));

    private final Run run;
    private final Journal journal;
    private final Instant now;
    private final String placement;
    private final List<Planned> stages = new ArrayList<>();
    private final Map<Stage, String> upstream = new EnumMap<>(Stage.class);
    private final Map<Stage, String> settings = new EnumMap<>(Stage.class);
    private final Map<Stage, Tries> tries = new EnumMap<>(Stage.class);
    private final Map<Stage, Worked> worked = new EnumMap<>(Stage.class);

    private Survey(Run run, Journal journal, Instant now) {
        this.run = run;
        this.journal = journal;
        this.now = now;
        this.placement = StageKey.placement(run.spec());
    }

    static Survey of(Run run, Journal journal, Instant now) {
        var survey = new Survey(run, journal, now);
        new TreeSet<>(run.spec().stages()).forEach(survey::add);
        return survey;
    }

    Plan plan() {
        return new Plan(stages);
    }

    Map<Stage, String> settings() {
        return settings;
    }

    Map<Stage, Tries> tries() {
        return tries;
    }

    Map<Stage, Worked> worked() {
        return worked;
    }

    /** The newest attempt at a stage for its settings, unless it was in vain and the next one is to run elsewhere. */
    Optional<Attempt> newest(Stage stage) {
        return Optional.ofNullable(settings.get(stage))
                .flatMap(key -> journal.newest(stage, key))
                .filter(attempt ->
                        attempt.failure().isEmpty() || attempt.placement().equals(placement));
    }

    private void add(Stage stage) {
        if (upstream.size() < stages.size()) {
            stages.add(new Planned(stage, new Later()));
            return;
        }
        String key = StageKey.of(stage, run.spec(), upstream);
        settings.put(stage, key);
        Optional<StageStatus> reported = run.before(stage).filter(before -> key.equals(before.settingsDigest()));
        Optional<Attempt> newest = newest(stage);
        Optional<Finished> finished = newest.flatMap(Survey::finished).or(() -> reported.flatMap(this::finished));
        finished.ifPresent(made -> upstream.put(stage, made.report().outputDigest()));
        stages.add(new Planned(stage, finished.isPresent() ? finished.get() : new Later()));
        tries.put(
                stage,
                journal.newest(stage, key)
                        .map(this::tries)
                        .or(() -> reported.map(this::tries))
                        .orElse(Tries.NONE));
        worked.put(
                stage,
                journal.newest(stage, key)
                        .map(attempt ->
                                attempt.earlier().worked(attempt.shards()).and(attempt))
                        .orElse(Worked.NOTHING));
    }

    private static Optional<Finished> finished(Attempt attempt) {
        return attempt.isComplete()
                ? attempt.pods()
                        .finished()
                        .map(made -> new Finished(output(made.report()), made.report(), made.reused()))
                : Optional.empty();
    }

    private static Output output(StageReport report) {
        Path folder = WORKSPACE.output(report.stage(), report.inputDigest());
        return new Output(folder.toString(), report.outputDigest());
    }

    /** The short report that a status is. */
    private Optional<Finished> finished(StageStatus reported) {
        Output output = reported.output();
        if (output == null) {
            return Optional.empty();
        }
        var scores =
                reported.name() == Stage.Evaluation ? run.before().orElseThrow().scores() : List.<Score>of();
        var report = new StageReport(
                reported.name(),
                Objects.requireNonNullElse(reported.inputDigest(), ""),
                output.digest(),
                Objects.requireNonNullElse(reported.seconds(), 0L),
                Map.of(),
                Map.of(),
                scores,
                Map.of());
        return Optional.of(new Finished(output, report, reported.state() == State.Reused));
    }

    /** One that failed before the run was told to go elsewhere, where there is more memory say, holds nothing up. */
    private Tries tries(Attempt attempt) {
        Tries earlier = attempt.earlier().tries();
        Tries all = outcome(attempt).map(earlier::and).orElse(earlier);
        return attempt.placement().equals(placement) || attempt.failure().isEmpty() ? all : all.forgiving();
    }

    /** Its Jobs are gone: what they carried is known as it was reported. */
    private Tries tries(StageStatus reported) {
        int failed = reported.attempts().failed();
        int forgiven = Math.clamp(Objects.requireNonNullElse(reported.forgiven(), 0), 0, Math.max(0, failed));
        var all = new Tries(
                failed, reported.attempts().preempted(), Optional.ofNullable(reported.lastFailure()), forgiven);
        String then = reported.placementDigest();
        return then == null || then.equals(placement) ? all : all.forgiving();
    }

    /** Of an attempt in vain; a failure that was reported already is told with all that was known of it then. */
    Optional<Outcome> outcome(Attempt attempt) {
        return attempt.failure()
                .filter(failed -> !attempt.isUntold(now))
                .map(failed -> Endings.outcome(attempt, failed, run.spec()))
                .map(outcome -> switch (outcome) {
                    case Outcome.Failed(var failure) -> new Outcome.Failed(known(attempt, failure));
                    case Outcome.Rejected(var failure) -> new Outcome.Rejected(known(attempt, failure));
                    // Its pod may have been deleted after it failed.
                    case Outcome.Preempted _ ->
                        counted(attempt).<Outcome>map(Outcome.Failed::new).orElse(outcome);
                    case Outcome.Done _ -> outcome;
                });
    }

    private Failure known(Attempt attempt, Failure seen) {
        return counted(attempt)
                .filter(before -> Objects.equals(before.exitCode(), seen.exitCode()))
                .orElse(seen);
    }

    /** What was reported of this very attempt as a failure. */
    private Optional<Failure> counted(Attempt attempt) {
        return run.before(attempt.stage())
                .filter(before -> attempt.settings().equals(before.settingsDigest())
                        && before.attempts().failed() > attempt.earlier().failed())
                .flatMap(before -> Optional.ofNullable(before.lastFailure()));
    }
}
