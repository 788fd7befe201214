package dev.potstill.pipeline;

import static dev.potstill.api.Condition.Status.False;
import static dev.potstill.api.Condition.Status.True;
import static dev.potstill.api.Condition.Status.Unknown;

import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import dev.potstill.api.Execution;
import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Waiting;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A run's conditions. kstatus reads three of them, each said from the first write on: Reconciling while there is work to do, Stalled
 * when it failed for good, Ready when it is done.
 */
record Conditions(Stamp stamp) {

    /** Four conditions that always change together; a fifth and sixth, Accepted and GatesPassed, stand for themselves. */
    private record Course(Status reconciling, Status stalled, Status ready, Status succeeded, String reason) {}

    List<Condition> of(Situation now, Decision decision) {
        String summary = Summary.of(now, decision);
        return list(
                stamp.condition("Accepted", True, "Valid", "The manifest is valid"),
                course(now, decision),
                summary,
                gates(now.plan()));
    }

    /** Of a run that could not begin: the fault is the manifest's, or that of where it is to run. */
    List<Condition> of(Problem problem) {
        ExitCode code = problem.exitCode();
        boolean manifest = code == ExitCode.USAGE || code == ExitCode.REJECTED || code == ExitCode.UNFIT;
        return list(
                stamp.condition(
                        "Accepted",
                        manifest ? False : True,
                        manifest ? code.reason() : "Valid",
                        manifest ? problem.getMessage() : "The manifest is valid"),
                new Course(False, True, False, False, code.reason()),
                problem.getMessage(),
                stamp.condition("GatesPassed", Unknown, "NotEvaluated", "Nothing has been evaluated"));
    }

    private List<Condition> list(Condition accepted, Course course, String summary, Condition gates) {
        return List.of(
                accepted,
                stamp.condition("Reconciling", course.reconciling, course.reason, summary),
                stamp.condition("Stalled", course.stalled, course.reason, summary),
                stamp.condition("Ready", course.ready, course.reason, summary),
                gates,
                stamp.condition("Succeeded", course.succeeded, course.reason, summary));
    }

    private static Course course(Situation now, Decision decision) {
        return switch (decision) {
            case Start(var stage, var _) -> underWay(stage.name());
            case Stop(var _, var _) -> underWay("Stopping");
            case Wait(var _, var _) ->
                underWay(
                        switch (now.seen()) {
                            case Active(var stage, var _) -> stage.name();
                            case Waiting(var _, var reason, var _) -> reason;
                            default -> "Waiting";
                        });
            case Finish(Verdict.Succeeded()) -> new Course(False, False, True, True, "Succeeded");
            case Finish(Verdict.Failed(Stage _, var failure)) ->
                new Course(False, True, False, False, failure.reason());
            case Finish(Verdict.Halted(var wanted)) ->
                new Course(False, False, False, wanted == Execution.Cancelled ? False : Unknown, wanted.name());
        };
    }

    private static Course underWay(String reason) {
        return new Course(True, False, False, Unknown, reason);
    }

    private Condition gates(Plan plan) {
        List<Score> judged =
                plan.scores().stream().filter(score -> score.verdict() != null).toList();
        String missed = judged.stream()
                .filter(score -> score.verdict() == Score.Verdict.Fail)
                .map(score -> "%s of %s: %s".formatted(score.suite(), score.model(), Summary.valueAndUnit(score)))
                .collect(Collectors.joining(", "));
        if (!plan.isFinished(Stage.Evaluation)) {
            return stamp.condition("GatesPassed", Unknown, "NotEvaluated", "Nothing has been evaluated");
        }
        if (judged.isEmpty()) {
            return stamp.condition("GatesPassed", True, "NoGates", "The run has no gates");
        }
        return missed.isEmpty()
                ? stamp.condition("GatesPassed", True, "Passed", "All gates hold")
                : stamp.condition("GatesPassed", False, "Missed", "Below its gate: " + missed);
    }
}
