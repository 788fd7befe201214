package dev.potstill.pipeline;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.api.StageStatus.Output;
import dev.potstill.contract.StageReport;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Ended;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Observed.Unsure;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.Later;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;

/** A pretended world that does what is decided, and in which attempts end as scripted; past the script all end well. */
final class World {
    private final Decide decide = new Decide(Retries.STANDARD);
    private final SortedSet<Stage> stages;
    private final Iterator<Event> script;
    private final Map<Stage, Tries> tries = new EnumMap<>(Stage.class);
    private final Set<Stage> made = EnumSet.noneOf(Stage.class);
    private Observed seen = new Nothing();

    Execution wanted = Execution.Running;
    final List<Decision> decisions = new ArrayList<>();

    /** What may come of an attempt, or happen beside it. */
    enum Event {
        Done,
        DoneWithoutOutput,
        Preempted,
        Rejected,
        Failed,
        Forgotten,
        Unsure,
        Paused
    }

    World(SortedSet<Stage> stages, List<Event> script) {
        this.stages = stages;
        this.script = script.iterator();
    }

    static Failure failure(int exitCode) {
        return new Failure("Reason", "what was found", exitCode);
    }

    Plan plan() {
        var planned = new ArrayList<Planned>();
        boolean known = true;
        for (Stage stage : stages) {
            Standing standing = made.contains(stage)
                    ? finished(stage)
                    : known ? new Standing.ToRun("digest", OptionalInt.empty()) : new Later();
            known = made.contains(stage);
            planned.add(new Planned(stage, standing));
        }
        return new Plan(planned);
    }

    static Finished finished(Stage stage) {
        var report = new StageReport(stage, "i", "o", 1, Map.of(), Map.of(), List.of(), Map.of());
        return new Finished(new Output("stages/" + stage, "o"), report, false);
    }

    Situation situation() {
        return new Situation(wanted, plan(), tries, seen);
    }

    Decision step() {
        Decision decision = decide.next(situation());
        decisions.add(decision);
        switch (decision) {
            case Start(var stage, var ignored) -> {
                if (seen instanceof Active) {
                    throw new AssertionError("two at work");
                }
                seen = new Active(stage, Optional.empty());
            }
            case Stop(var stage, var ignored) -> end(stage, new Outcome.Preempted());
            case Wait ignored -> time();
            case Finish ignored -> {}
        }
        return decision;
    }

    private void time() {
        switch (seen) {
            case Ended(var stage, var outcome, var ago) -> seen = new Ended(stage, outcome, ago.plusSeconds(60));
            case Active(var stage, var ignored) -> happen(stage, script.hasNext() ? script.next() : Event.Done);
            case Unsure ignored -> seen = new Nothing();
            case Observed.Waiting(var stage, var ignored, var why) -> seen = new Active(stage, Optional.empty());
            case Observed.Outdated ignored -> throw new AssertionError("an outdated stage is stopped");
            case Nothing ignored -> throw new AssertionError("nothing to wait for");
        }
    }

    private void happen(Stage stage, Event event) {
        switch (event) {
            case Done -> {
                made.add(stage);
                end(stage, new Outcome.Done());
            }
            case DoneWithoutOutput -> end(stage, new Outcome.Done());
            case Preempted -> end(stage, new Outcome.Preempted());
            case Rejected -> end(stage, new Outcome.Rejected(failure(65)));
            case Failed -> end(stage, new Outcome.Failed(failure(74)));
            case Forgotten -> {
                end(stage, new Outcome.Failed(failure(137)));
                seen = new Nothing();
            }
            case Unsure -> seen = new Unsure("no answer");
            case Paused -> wanted = Execution.Paused;
        }
    }

    private void end(Stage stage, Outcome outcome) {
        tries.merge(stage, Tries.NONE.and(outcome), (before, ignored) -> before.and(outcome));
        seen = new Ended(stage, outcome, Duration.ZERO);
    }
}
