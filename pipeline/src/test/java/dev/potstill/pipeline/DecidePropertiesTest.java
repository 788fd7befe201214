package dev.potstill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.World.Event;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class DecidePropertiesTest {
    /** Each event costs at most a start, a few waits and a back-off. */
    private static int bound(Set<Stage> stages, List<Event> script) {
        return 10 * (stages.size() + script.size() + 1);
    }

    private static World runToItsEnd(Set<Stage> stages, List<Event> script) {
        var world = new World(new TreeSet<>(stages), script);
        for (int i = 0; i < bound(stages, script); i++) {
            if (world.step() instanceof Finish) {
                return world;
            }
        }
        throw new AssertionError("no end in sight: " + world.decisions);
    }

    @Property
    void every_run_comes_to_an_end(@ForAll @NotEmpty Set<Stage> stages, @ForAll @Size(max = 40) List<Event> script) {
        runToItsEnd(stages, script);
    }

    @Property
    void no_stage_starts_before_those_ahead_of_it_are_done(
            @ForAll @NotEmpty Set<Stage> stages, @ForAll @Size(max = 40) List<Event> script) {
        var world = new World(new TreeSet<>(stages), script);
        for (int i = 0; i < bound(stages, script); i++) {
            Plan before = world.plan();
            if (world.step() instanceof Start(var stage, var ignored)) {
                assertThat(stages.stream().filter(other -> other.compareTo(stage) < 0))
                        .allMatch(before::isFinished);
            }
        }
    }

    @Property
    void a_finished_run_stays_finished(
            @ForAll @NotEmpty Set<Stage> stages, @ForAll @Size(max = 40) List<Event> script) {
        World world = runToItsEnd(stages, script);
        Decision verdict = world.decisions.getLast();

        assertThat(world.step()).isEqualTo(verdict);
        Situation end = world.situation();
        var forgotten = new Situation(end.wanted(), end.plan(), end.tries(), new Observed.Nothing());
        Decision afterwards = new Decide(Retries.STANDARD).next(forgotten);
        if (!script.contains(Event.DoneWithoutOutput)) {
            assertThat(afterwards).isEqualTo(verdict);
        }
    }

    @Property
    void stops_at_checkpoints_never_end_a_run(
            @ForAll @NotEmpty Set<Stage> stages, @ForAll @Size(max = 60) List<Boolean> preempted) {
        List<Event> script = preempted.stream()
                .map(stopped -> stopped ? Event.Preempted : Event.Done)
                .toList();

        assertThat(runToItsEnd(stages, script).decisions.getLast()).isEqualTo(new Finish(new Verdict.Succeeded()));
    }

    @Property
    void a_paused_run_starts_nothing(@ForAll @NotEmpty Set<Stage> stages, @ForAll @Size(max = 10) List<Event> script) {
        var world = new World(new TreeSet<>(stages), script);
        for (int i = 0; i < script.size(); i++) {
            world.step();
        }
        world.wanted = Execution.Paused;
        int before = world.decisions.size();
        for (int i = 0; i < 10; i++) {
            world.step();
        }
        assertThat(world.decisions.subList(before, world.decisions.size())).noneMatch(Start.class::isInstance);
        assertThat(world.decisions.getLast()).isInstanceOf(Finish.class);
    }
}
