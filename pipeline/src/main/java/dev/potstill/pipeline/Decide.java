package dev.potstill.pipeline;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.ExitCode;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Ended;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Observed.Outdated;
import dev.potstill.pipeline.Observed.Unsure;
import dev.potstill.pipeline.Observed.Waiting;
import dev.potstill.pipeline.Outcome.Done;
import dev.potstill.pipeline.Outcome.Failed;
import dev.potstill.pipeline.Outcome.Preempted;
import dev.potstill.pipeline.Outcome.Rejected;
import java.time.Duration;
import java.util.Optional;

/** What to do next for a run: at most one stage at work, none before all ahead of it are done, and in the end a verdict. */
public record Decide(Retries retries) {
    private static final Failure OUTPUT_GONE = new Failure(
            ExitCode.DEFECT.reason(),
            "The trainer ended with 0, but its output is not in the workspace: run again, and report this if it comes back",
            ExitCode.DEFECT.code());

    public Decision next(Situation now) {
        return switch (now.seen()) {
            case Unsure(var why) -> new Wait(why, retries.patience());
            case Active(var stage, var _) when now.wanted() != Execution.Running -> new Stop(stage, now.wanted());
            case Waiting(var stage, var _, var _)
            when now.wanted() != Execution.Running -> new Stop(stage, now.wanted());
            case Waiting(var _, var _, var why) -> new Wait(why, retries.patience());
            case Outdated(var stage) -> new Stop(stage, now.wanted());
            case Active(var stage, var _) -> new Wait(stage + " is at work", retries.patience());
            case Nothing() -> onward(now);
            case Ended(var stage, Done(), var _) ->
                now.plan().isFinished(stage) ? onward(now) : failed(stage, OUTPUT_GONE);
            case Ended(var _, Preempted(), var _) -> onward(now);
            case Ended(var stage, Rejected(var failure), var _) -> failed(stage, failure);
            case Ended(var stage, Failed(var failure), var ago) -> again(now, stage, failure, ago);
        };
    }

    private Decision again(Situation now, Stage stage, Failure failure, Duration ago) {
        int failures = now.tries(stage).standing();
        Duration left = retries.backOff(failures).minus(ago);
        boolean early = left.isPositive() && failures < retries.maxFailures() && now.wanted() == Execution.Running;
        return early
                ? new Wait("%s failed and is tried again soon: %s".formatted(stage, failure.message()), left)
                : onward(now);
    }

    private Decision onward(Situation now) {
        Optional<Stage> next = now.plan().next();
        if (next.isEmpty()) {
            return new Finish(new Verdict.Succeeded());
        }
        Stage stage = next.get();
        Tries tries = now.tries(stage);
        Optional<Failure> forGood = tries.lastFailure().filter(last -> isForGood(last, tries));
        if (forGood.isPresent()) {
            return failed(stage, forGood.get());
        }
        return now.wanted() == Execution.Running
                ? new Start(stage, tries.all())
                : new Finish(new Verdict.Halted(now.wanted()));
    }

    private boolean isForGood(Failure last, Tries tries) {
        return tries.standing() > 0 && (Outcome.isForGood(last) || tries.standing() >= retries.maxFailures());
    }

    private static Decision failed(Stage stage, Failure failure) {
        return new Finish(new Verdict.Failed(stage, failure));
    }
}
