package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.potstill.api.StageStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An operator that is killed at one of its writes, at each in turn: before it is sent, and when it has landed and its answer is on the
 * way. Another takes over, and all ends the same.
 */
class KilledTest {
    /** Mostly they wait. */
    private static final int AT_A_TIME = 6;

    /** What a run leaves behind, without times and names of places. */
    private record Trace(
            SortedSet<String> objects, List<String> events, List<String> conditions, List<StageStatus> stages) {}

    @Test
    void wherever_an_operator_is_killed_before_a_write_the_run_ends_in_the_same_objects_and_status() throws Exception {
        killed(Writes::endingBefore);
    }

    @Test
    void wherever_an_operator_is_killed_after_a_write_the_run_ends_in_the_same_objects_and_status() throws Exception {
        killed(Writes::endingAfter);
    }

    @Test
    void while_two_operators_act_at_once_as_when_a_lease_goes_over_nothing_is_done_twice() {
        Trace expected = trace(Writes.all());
        var town = new Town();
        var story = Story.in(town);
        try (var first = Operating.in(town.namespace);
                var second = Operating.in(town.namespace)) {
            until(story, story::isOver);
            Town.eventually(() -> assertThat(traceOf(town)).isEqualTo(expected));
            assertThat(first.writes.written()).isNotEmpty();
            assertThat(second.writes.written()).isNotEmpty();
        }
    }

    private static void killed(IntFunction<Writes> cut) throws Exception {
        var whole = Writes.all();
        Trace expected = trace(whole);
        assertThat(expected.events()).contains("DataFailed", "DataStopped", "Paused", "Succeeded");
        int all = whole.written().size();
        assertThat(all).as("writes of a whole life").isGreaterThan(30);
        try (var some = Executors.newFixedThreadPool(AT_A_TIME)) {
            var traces = new ArrayList<Future<Trace>>();
            for (int i = 1; i <= all; i++) {
                var writes = cut.apply(i);
                Callable<Trace> life = () -> trace(writes);
                traces.add(some.submit(life));
            }
            for (int i = 1; i <= all; i++) {
                assertThat(traces.get(i - 1).get()).as("killed at write %d", i).isEqualTo(expected);
            }
        }
    }

    private static Trace trace(Writes writes) {
        var town = new Town();
        var story = Story.in(town);
        try (var first = Operating.in(town.namespace, writes)) {
            until(story, () -> first.writes.isDead() || story.isOver());
        }
        if (writes.isDead()) {
            try (var second = Operating.in(town.namespace)) {
                until(story, story::isOver);
                assertThat(second.writes.isDead()).isFalse();
            }
        }
        return traceOf(town);
    }

    private static void until(Story story, BooleanSupplier over) {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    story.goOn();
                    return over.getAsBoolean();
                });
    }

    private static Trace traceOf(Town town) {
        var all = new ArrayList<HasMetadata>(town.jobs());
        all.addAll(town.client.configMaps().inNamespace(town.namespace).list().getItems());
        all.addAll(town.client
                .persistentVolumeClaims()
                .inNamespace(town.namespace)
                .list()
                .getItems());
        all.addAll(town.client.pods().inNamespace(town.namespace).list().getItems());
        var objects = new TreeSet<String>();
        all.forEach(object -> objects.add(object.getKind() + " " + name(object)));
        var conditions = town.status().conditions().stream()
                .map(condition -> Stream.of(
                                condition.type(), condition.status(), condition.reason(), condition.message())
                        .toList()
                        .toString())
                .toList();
        return new Trace(objects, told(town), conditions, town.status().stages());
    }

    /** A run's content has its namespace in it, and a config's name its content. */
    private static String name(HasMetadata object) {
        return object.getKind().equals("ConfigMap")
                ? "config"
                : object.getMetadata().getName();
    }

    /** As often as each is told; that a stage starts may go untold, where it was over before anyone could look. */
    private static List<String> told(Town town) {
        return town.reasons().stream()
                .filter(reason -> !reason.endsWith("Started"))
                .toList();
    }
}
