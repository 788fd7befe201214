package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.StageStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An operator that ends between two of its writes, at each place in turn: before the first, and after each one has landed. Another
 * takes over, and all ends the same.
 */
class KilledTest {
    private static final String STAGES = "  stages: [Data, Evaluation]\n";

    /** What a run leaves behind, without times and names of places. */
    private record Trace(
            SortedSet<String> objects, List<String> events, List<String> conditions, List<StageStatus> stages) {}

    @Test
    void wherever_an_operator_is_killed_the_run_ends_in_the_same_objects_and_status() {
        Trace expected = trace(Writes.all());
        boolean killed = true;
        int through = 0;
        while (killed) {
            var cut = Writes.endingAfter(through);
            assertThat(trace(cut)).as("killed after write %d", through).isEqualTo(expected);
            killed = cut.isDead();
            through++;
        }
        assertThat(through).as("writes that it was killed after").isGreaterThan(12);
    }

    private static Trace trace(Writes writes) {
        var town = new Town();
        town.apply(STAGES);
        try (var first = Operating.in(town.namespace, writes)) {
            Town.eventually(() -> {
                work(town);
                assertThat(writes.isDead() || hasSucceeded(town)).isTrue();
            });
        }
        if (writes.isDead()) {
            try (var second = Operating.in(town.namespace)) {
                Town.eventually(() -> {
                    work(town);
                    assertThat(hasSucceeded(town)).isTrue();
                });
            }
        }
        return traceOf(town);
    }

    /** Every Job's pod does its work, once. */
    private static void work(Town town) {
        town.jobs().stream()
                .filter(job -> job.getStatus() == null || job.getStatus().getCompletionTime() == null)
                .forEach(town.hands::done);
    }

    private static boolean hasSucceeded(Town town) {
        DistillationRunStatus status = town.run().getStatus();
        return status != null
                && status.conditions().stream()
                        .anyMatch(
                                condition -> condition.type().equals("Succeeded") && condition.status() == Status.True);
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

    /** None twice; that a stage starts may go untold, where it was over before anyone could look. */
    private static List<String> told(Town town) {
        assertThat(town.events().stream().map(event -> event.getReason() + event.getMessage()))
                .doesNotHaveDuplicates();
        return town.reasons().stream()
                .filter(reason -> !reason.endsWith("Started"))
                .toList();
    }
}
