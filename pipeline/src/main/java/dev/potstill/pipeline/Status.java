package dev.potstill.pipeline;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Attempts;
import dev.potstill.api.StageStatus.State;
import dev.potstill.contract.Problem;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.Later;
import dev.potstill.pipeline.Standing.ToRun;
import java.util.List;

/** What is reported of a run: all of it follows from the situation and what was decided on it. */
public final class Status {
    private Status() {}

    public static DistillationRunStatus of(Situation now, Decision decision, Stamp stamp) {
        return new DistillationRunStatus(
                stamp.generation().orElse(null),
                now.plan().reached().orElse(null),
                Summary.of(now, decision),
                new Conditions(stamp).of(now, decision),
                now.plan().stages().stream()
                        .map(planned -> stage(planned, now, decision))
                        .toList(),
                now.plan().scores(),
                Summary.score(now.plan().scores()).orElse(null),
                null,
                null);
    }

    /** Of a run that could not begin. */
    public static DistillationRunStatus of(Problem problem, Stamp stamp) {
        return new DistillationRunStatus(
                stamp.generation().orElse(null),
                null,
                problem.getMessage(),
                new Conditions(stamp).of(problem),
                List.of(),
                List.of(),
                null,
                null,
                null);
    }

    private static StageStatus stage(Planned planned, Situation now, Decision decision) {
        Stage stage = planned.stage();
        Tries tries = now.tries(stage);
        var attempts = new Attempts(tries.failed(), tries.preempted());
        var lastFailure = tries.lastFailure().orElse(null);
        return switch (planned.standing()) {
            case Finished(var output, var report, var reused) ->
                new StageStatus(
                        stage,
                        reused ? State.Reused : State.Succeeded,
                        report.inputDigest(),
                        output,
                        attempts,
                        null,
                        report.seconds(),
                        lastFailure);
            case ToRun(var inputDigest, var step) ->
                new StageStatus(
                        stage,
                        state(stage, now.seen(), decision),
                        inputDigest,
                        null,
                        attempts,
                        step.isPresent() ? step.getAsInt() : null,
                        null,
                        lastFailure);
            case Later() ->
                new StageStatus(
                        stage, state(stage, now.seen(), decision), null, null, attempts, null, null, lastFailure);
        };
    }

    private static State state(Stage stage, Observed seen, Decision decision) {
        if (decision instanceof Finish(Verdict.Failed(var failed, var _)) && failed == stage) {
            return State.Failed;
        }
        boolean atWork = seen instanceof Active(var active, var _) && active == stage;
        return atWork ? State.Running : State.Pending;
    }
}
