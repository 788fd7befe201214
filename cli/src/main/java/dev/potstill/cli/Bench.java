package dev.potstill.cli;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLock;
import dev.potstill.pipeline.Observed;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Ended;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Observed.Unsure;
import dev.potstill.pipeline.Outcome;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Situation;
import dev.potstill.pipeline.Tries;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a run is at work on this machine: sees what is there, starts and stops the trainer. Used by one thread. */
final class Bench {
    /** An orphaned trainer ends after the step it is at; this is long for a step. */
    private static final Duration PATIENCE_WITH_ORPHAN = Duration.ofMinutes(5);

    private final Survey survey;
    private final Trainer trainer;
    private final InstantSource clock;
    private final Bell bell;

    private final Map<Stage, Tries> tries = new EnumMap<>(Stage.class);
    private final Set<Stage> madeHere = EnumSet.noneOf(Stage.class);
    private Plan plan;
    private final List<String> warnings = new ArrayList<>();
    private @Nullable Attempt attempt;
    private boolean orphaned;
    private boolean stopping;
    private @Nullable Ended ended;
    private Instant since;

    Bench(Survey survey, Trainer trainer, InstantSource clock, Bell bell) {
        this.survey = survey;
        this.trainer = trainer;
        this.clock = clock;
        this.bell = bell;
        // Asked before the survey: what it saves meanwhile is surveyed again.
        this.orphaned = orphan().isPresent();
        this.plan = survey.plan(madeHere);
        this.since = clock.instant();
    }

    Situation observe(Execution wanted) {
        Observed seen = seen();
        return new Situation(wanted, plan, tries, seen);
    }

    /** What trainers warned of since the last call. */
    List<String> warnings() {
        List<String> since = List.copyOf(warnings);
        warnings.clear();
        return since;
    }

    /** A trainer whose runner was killed. */
    private Optional<String> orphan() {
        return WorkspaceLock.holder(survey.workspace(), "trainer");
    }

    private Observed seen() {
        if (attempt != null) {
            boolean alive = attempt.isAlive(); // asked first, so that nothing it prints at its end is missed
            Stage stage = attempt.stage();
            attempt.warnings().forEach(warning -> warnings.add("warning: %s: %s".formatted(stage, warning)));
            if (alive) {
                return new Active(stage, attempt.progress());
            }
            ended(stage, attempt.outcome());
            attempt = null;
        }
        Duration ago = Duration.between(since, clock.instant());
        Optional<String> orphan = orphan();
        if (orphan.isPresent()) {
            orphaned = true;
            return orphaned(orphan.get(), ago);
        }
        if (orphaned) {
            orphaned = false;
            plan = survey.plan(madeHere);
        }
        return ended == null ? new Nothing() : new Ended(ended.stage(), ended.outcome(), ago);
    }

    private void ended(Stage stage, Outcome outcome) {
        tries.put(stage, tries.getOrDefault(stage, Tries.NONE).and(outcome));
        madeHere.add(stage);
        plan = survey.plan(madeHere);
        ended = new Ended(stage, outcome, Duration.ZERO);
        since = clock.instant();
    }

    private Observed orphaned(String pid, Duration ago) {
        if (ago.compareTo(PATIENCE_WITH_ORPHAN) > 0 || bell.stopped()) {
            throw new Problem(
                    ExitCode.STOPPED,
                    "%s is still in use by the trainer of an earlier run, process %s: stop it, then run again"
                            .formatted(survey.workspace().root(), pid));
        }
        return new Unsure("The trainer of an earlier run (process %s) is saving its checkpoint".formatted(pid));
    }

    void start(Stage stage, int number) {
        var started = Attempt.start(trainer, survey.workspace(), stage, number);
        started.whenEnded(bell::ring);
        attempt = started;
        ended = null;
        stopping = false;
    }

    /** Asks once for a checkpoint, and does not wait for one where the run is to stop at once. */
    void stop(boolean atOnce) {
        if (attempt == null) {
            return;
        }
        if (atOnce) {
            attempt.kill();
        } else if (!stopping) {
            attempt.stop();
        }
        stopping = true;
    }
}
