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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    @ParameterizedTest
    @MethodSource("dev.potstill.pipeline.Scripts#random")
    void every_run_comes_to_an_end(Set<Stage> stages, List<Event> script) {
        runToItsEnd(stages, script);
    }

    @ParameterizedTest
    @MethodSource("dev.potstill.pipeline.Scripts#random")
    void no_stage_starts_before_those_ahead_of_it_are_done(Set<Stage> stages, List<Event> script) {
        var world = new World(new TreeSet<>(stages), script);
        for (int i = 0; i < bound(stages, script); i++) {
            Plan before = world.plan();
            if (world.step() instanceof Start(var stage, var ignored)) {
                assertThat(stages.stream().filter(other -> other.compareTo(stage) < 0))
                        .allMatch(before::isFinished);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.potstill.pipeline.Scripts#random")
    void a_finished_run_stays_finished(Set<Stage> stages, List<Event> script) {
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

    @ParameterizedTest
    @MethodSource("dev.potstill.pipeline.Scripts#random")
    void stops_at_checkpoints_never_end_a_run(Set<Stage> stages, List<Event> any) {
        List<Event> script = any.stream()
                .map(event -> event.ordinal() % 2 == 0 ? Event.Preempted : Event.Done)
                .toList();

        assertThat(runToItsEnd(stages, script).decisions.getLast()).isEqualTo(new Finish(new Verdict.Succeeded()));
    }

    @ParameterizedTest
    @MethodSource("dev.potstill.pipeline.Scripts#random")
    void a_paused_run_starts_nothing(Set<Stage> stages, List<Event> script) {
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
