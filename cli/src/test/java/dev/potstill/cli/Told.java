package dev.potstill.cli;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Execution;
import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.api.StageStatus.Output;
import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Progress;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.pipeline.Decide;
import dev.potstill.pipeline.Observed;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Ended;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Outcome;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Retries;
import dev.potstill.pipeline.Situation;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Standing;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.Later;
import dev.potstill.pipeline.Status;
import dev.potstill.pipeline.Tries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the operator says of a run of Data, Feature and Evaluation, made as the operator makes it. */
final class Told {
    private Told() {}

    static StageReport report(Stage stage) {
        List<Score> scores = stage == Stage.Evaluation
                ? Stream.of("Start 1.2", "Teacher 99.8", "Feature 91.6")
                        .map(text -> text.split(" "))
                        .map(score -> new Score(
                                Suite.WordProblems,
                                score[0],
                                score[1],
                                "percent",
                                "99.8",
                                "1.2",
                                500,
                                score[0].equals("Feature") ? Score.Verdict.Pass : null))
                        .toList()
                : List.of();
        return new StageReport(
                stage,
                "a1b2c3d4e5f6" + stage.ordinal(),
                "f6e5d4c3b2a1" + stage.ordinal(),
                72,
                Map.of("rows.kept", 1200L),
                Map.of("loss.last", 0.25),
                scores,
                Map.of("loss.train", List.of(new Point(1, 2.5), new Point(100, 0.25))));
    }

    private static Standing standing(Stage stage, int done) {
        return stage.ordinal() < done
                ? new Finished(
                        new Output(
                                "stages/" + stage + "-a1b2c3d4e5f6",
                                report(stage).outputDigest()),
                        report(stage),
                        false)
                : new Later();
    }

    private static DistillationRunStatus status(
            long generation, int done, Observed seen, Execution wanted, Map<Stage, Tries> tries) {
        var plan = new Plan(Stream.of(Stage.Data, Stage.Feature, Stage.Evaluation)
                .map(stage -> new Planned(stage, standing(stage, done)))
                .toList());
        var now = new Situation(wanted, plan, tries, seen);
        return Status.of(now, new Decide(Retries.STANDARD).next(now), stamp(generation));
    }

    private static Stamp stamp(long generation) {
        return new Stamp(Optional.of(generation), Instant.parse("2026-03-01T12:00:00Z"), List.of());
    }

    static DistillationRunStatus running() {
        var progress =
                new Progress(Stage.Feature, "training", 43, 100, 1200, Map.of("loss", 1.9), 7800L, 40L, null, null);
        var failure = new Failure(
                "OOMKilled",
                "The trainer used more than its limit of 2Gi: raise spec.scheduling.resources.memory",
                137);
        return status(
                1,
                1,
                new Active(Stage.Feature, Optional.of(progress)),
                Execution.Running,
                Map.of(Stage.Feature, new Tries(1, 2, Optional.of(failure))));
    }

    static DistillationRunStatus paused(long generation) {
        return status(generation, 1, new Nothing(), Execution.Paused, Map.of());
    }

    static DistillationRunStatus failed() {
        return failed(new Failure("Rejected", "spec.data: no rows", 65, "reading\nerror: spec.data: no rows\n"));
    }

    static DistillationRunStatus failed(Failure failure) {
        return status(
                1,
                0,
                new Ended(Stage.Data, new Outcome.Rejected(failure), Duration.ZERO),
                Execution.Running,
                Map.of(Stage.Data, new Tries(1, 0, Optional.of(failure))));
    }

    static DistillationRunStatus rejected() {
        return Status.of(Problem.rejected("spec.data: found no source"), stamp(1));
    }

    static DistillationRunStatus succeeded() {
        return status(1, Stage.values().length, new Nothing(), Execution.Running, Map.of());
    }

    static List<String> outputs(DistillationRunStatus status) {
        return status.stages().stream()
                .map(StageStatus::output)
                .map(Output::path)
                .toList();
    }
}
