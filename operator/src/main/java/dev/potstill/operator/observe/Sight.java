package dev.potstill.operator.observe;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.operator.observe.Origin.Start;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.StageKey;
import dev.potstill.pipeline.Observed;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Ended;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Observed.Outdated;
import dev.potstill.pipeline.Observed.Unsure;
import dev.potstill.pipeline.Observed.Waiting;
import dev.potstill.pipeline.Outcome;
import dev.potstill.pipeline.Outcome.Preempted;
import dev.potstill.pipeline.Retries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is going on in a run: "unsure" wherever the cluster is between two states. */
record Sight(
        Start start, Journal journal, Survey survey, Volume volume, PodView pods, String trainerImage, Instant now) {

    /** An attempt that worked for less has hardly begun. */
    private static final Duration MOMENT = Duration.ofSeconds(30);

    private static final Duration LONGEST_BREATH = Duration.ofMinutes(1);

    Observed seen() {
        if (!journal.strangers().isEmpty()) {
            return new Unsure(
                    "Waits until the jobs and pods of an earlier run of this name are gone: %s; delete them if they stay"
                            .formatted(String.join(", ", journal.strangers())));
        }
        return journal.open().map(this::open).or(this::awaits).orElseGet(this::ended);
    }

    private Run run() {
        return start.run();
    }

    /** One that is not to run has nothing to wait for. */
    private Optional<Observed> awaits() {
        return start.awaited()
                .or(() -> volume.leaving(run()))
                .filter(why -> run().wanted() == Execution.Running)
                .map(Unsure::new);
    }

    private Observed open(Attempt attempt) {
        Optional<String> lost = pods.lost(attempt);
        if (lost.isPresent()) {
            return run().wanted() == Execution.Running
                    ? new Waiting(attempt.stage(), "Terminating", lost.get())
                    : new Unsure(lost.get());
        }
        if (attempt.isBeingDeleted()) {
            return new Unsure("The job %s is being deleted"
                    .formatted(attempt.job().getMetadata().getName()));
        }
        if (attempt.isPodOutOfSight()) {
            return new Unsure(attempt.stage() + "'s pod is gone or has just come, and its job is about to say which");
        }
        Observed seen = pods.of(attempt);
        boolean moved = !attempt.placement().equals(StageKey.placement(run().spec())) || isCorrected(attempt, seen);
        return isOutdated(attempt) || (moved && !(seen instanceof Active)) ? new Outdated(attempt.stage()) : seen;
    }

    /** A trainer that cannot be pulled is not waited for where another is given since; one that has worked is kept to. */
    private boolean isCorrected(Attempt attempt, Observed seen) {
        boolean cannotBePulled = seen instanceof Waiting(var _, String reason, var _) && PodView.PULLS.contains(reason);
        boolean first =
                journal.attempts().equals(List.of(attempt)) && !attempt.pods().hasOver();
        boolean told = run().before().map(DistillationRunStatus::trainerImage).isPresent();
        return cannotBePulled && first && !told && !attempt.imageAsked().equals(Optional.of(trainerImage));
    }

    /** While what a stage is made from is not known, its attempt has the benefit of the doubt. */
    private boolean isOutdated(Attempt attempt) {
        Stage stage = attempt.stage();
        boolean wanted = run().spec().stages().contains(stage) && !survey.plan().isFinished(stage);
        String settings = survey.settings().getOrDefault(stage, attempt.settings());
        return !wanted || !settings.equals(attempt.settings());
    }

    private Observed ended() {
        Optional<Attempt> newest = survey.plan().next().flatMap(survey::newest);
        Optional<Attempt> untold = newest.filter(attempt -> attempt.isUntold(now));
        if (untold.isPresent()) {
            return new Unsure(untold.get().stage() + " has ended, and what its pod said is on the way");
        }
        return newest.<Observed>flatMap(attempt -> survey.outcome(attempt).map(outcome -> ended(attempt, outcome)))
                // An output whose report is lost is told of again by another attempt, which finds it made.
                .orElseGet(Nothing::new);
    }

    private Observed ended(Attempt attempt, Outcome outcome) {
        boolean again = outcome instanceof Preempted && attempt.earlier().preempted() > 0;
        return again && run().wanted() == Execution.Running && ago(attempt).compareTo(breath(attempt)) < 0
                ? new Unsure(attempt.stage() + " was stopped again and goes on soon")
                : new Ended(attempt.stage(), outcome, ago(attempt));
    }

    /** One that is stopped over and over as soon as it begins, by another that holds its workspace say, begins ever less often. */
    private static Duration breath(Attempt attempt) {
        boolean worked = attempt.seconds() >= attempt.shards() * MOMENT.toSeconds();
        Duration pause = Retries.STANDARD.backOff(worked ? 1 : attempt.earlier().preempted());
        return pause.compareTo(LONGEST_BREATH) < 0 ? pause : LONGEST_BREATH;
    }

    private Duration ago(Attempt attempt) {
        Duration ago = Duration.between(attempt.endedAt(), now);
        return ago.isNegative() ? Duration.ZERO : ago;
    }
}
