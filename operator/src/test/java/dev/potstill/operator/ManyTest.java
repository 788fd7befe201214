package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.potstill.api.Condition.Status;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.RunResource;
import dev.potstill.testing.Audit;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many runs at once, by the packed operator: what it takes of time and memory, and that it rests when there is nothing to do. */
class ManyTest {
    private static final int RUNS =
            Integer.getInteger("potstill.runs", Boolean.getBoolean("potstill.long") ? 1000 : 200);
    /** One in so many has a last stage that stays at work. */
    private static final int AT_WORK = 10;

    private static final Duration FIRST_JOB = Duration.ofSeconds(60);
    private static final Duration REST = Duration.ofSeconds(Boolean.getBoolean("potstill.long") ? 60 : 15);
    private static final Duration START_UP = Duration.ofSeconds(5);
    private static final int RESIDENT_MIB = 250;
    private static final int HEAP_MIB = 512;
    private static final Duration RECONCILE = Duration.ofMillis(100);

    @Test
    void many_runs_live_and_the_operator_is_quick_and_small_and_then_rests() {
        var town = new Town();
        try (var operator = Packed.start();
                var crowd = new Crowd(town.client, town.namespace, ManyTest::stays)) {
            long atRest = operator.resident();
            // A control plane elsewhere has been up for weeks; this one does everything for the first time.
            RunResource model = town.apply("  stages: [Data, Evaluation]\n");
            await().atMost(Duration.ofMinutes(2)).until(() -> done(operator) == 1);
            apply(town, model);
            // Asked of the operator: to watch all runs, or list them, would take more of the machine than what is
            // measured.
            await().atMost(Duration.ofMinutes(10))
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> done(operator) == RUNS - RUNS / AT_WORK);
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(5))
                    .until(() -> runs(town).stream().allMatch(ManyTest::stands));
            var figures = new Figures(operator.metrics());
            Duration first = slowest(town);
            System.out.printf(
                    "operator, %d runs: ready after %d ms, %d MiB resident at rest; first job after at most %d s;"
                            + " %d reconciles, p50 %s, p99 %s ms, %d over %d; heap at most %d MiB, %d MiB resident%n",
                    RUNS,
                    operator.startUp.toMillis(),
                    atRest,
                    first.toSeconds(),
                    figures.reconciles(),
                    figures.quantile(0.5),
                    figures.quantile(0.99),
                    figures.slower(RECONCILE.toMillis()),
                    RECONCILE.toMillis(),
                    figures.heap(),
                    operator.resident());
            assertThat(first).isLessThanOrEqualTo(FIRST_JOB);
            if (Boolean.getBoolean("potstill.timed")) {
                assertThat(operator.startUp).isLessThanOrEqualTo(START_UP);
                assertThat(figures.quantile(0.99)).isLessThanOrEqualTo(RECONCILE.toMillis());
            }
            rests(town);
            assertThat(atRest).isLessThanOrEqualTo(RESIDENT_MIB);
            assertThat(figures.heap()).isLessThanOrEqualTo(HEAP_MIB);
        }
    }

    private static boolean stays(Job job) {
        String run = job.getMetadata().getLabels().get(Names.RUN);
        return Town.stageOf(job).equals("Evaluation") && number(run) % AT_WORK == 0;
    }

    private static int number(String run) {
        return Integer.parseInt(run.replaceAll("\\D", ""));
    }

    private static void apply(Town town, RunResource model) {
        IntStream.range(2, RUNS + 1).forEach(i -> {
            var run = new RunResource();
            run.setMetadata(new ObjectMetaBuilder()
                    .withName("r" + i)
                    .withNamespace(town.namespace)
                    .build());
            run.setSpec(model.getSpec());
            town.client.resource(run).create();
        });
    }

    private static long done(Packed operator) {
        return new Figures(operator.metrics()).told("Succeeded");
    }

    /** It is done, or at work on the stage that it stays at work on. */
    private static boolean stands(RunResource run) {
        boolean atWork = number(run.getMetadata().getName()) % AT_WORK == 0;
        var status = run.getStatus();
        return status != null
                && status.conditions().stream()
                        .anyMatch(condition -> atWork
                                ? condition.type().equals("Reconciling")
                                        && condition.reason().equals("Evaluation")
                                : condition.type().equals("Succeeded") && condition.status() == Status.True);
    }

    /** Nothing is written, neither to what there is nor to what is not watched here. */
    private static void rests(Town town) {
        settle();
        long writes = writes();
        Map<String, String> versions = versions(town);
        await().pollDelay(REST).atMost(REST.plusSeconds(30)).until(() -> true);
        assertThat(versions(town)).isEqualTo(versions);
        assertThat(writes()).isEqualTo(writes);
    }

    private static void settle() {
        long[] last = {-1};
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(3))
                .until(() -> {
                    long now = writes();
                    boolean still = now == last[0];
                    last[0] = now;
                    return still;
                });
    }

    /** Of all but its lease. */
    private static long writes() {
        return Audit.entries().stream()
                .filter(entry -> entry.isWrite() && !entry.resource().equals("leases"))
                .count();
    }

    private static Map<String, String> versions(Town town) {
        var versions = new TreeMap<String, String>();
        List<HasMetadata> all = new java.util.ArrayList<>(runs(town));
        all.addAll(town.jobs());
        all.forEach(object -> versions.put(
                object.getKind() + " " + object.getMetadata().getName(),
                object.getMetadata().getResourceVersion()));
        return versions;
    }

    private static List<RunResource> runs(Town town) {
        return town.client
                .resources(RunResource.class)
                .inNamespace(town.namespace)
                .list()
                .getItems();
    }

    /** From when a run was applied to when its first job was made. */
    private static Duration slowest(Town town) {
        Map<String, Instant> applied = runs(town).stream()
                .collect(Collectors.toMap(run -> run.getMetadata().getName(), ManyTest::made));
        Map<String, Instant> first = town.jobs().stream()
                .collect(Collectors.toMap(
                        job -> job.getMetadata().getLabels().get(Names.RUN),
                        ManyTest::made,
                        (one, other) -> one.isBefore(other) ? one : other));
        assertThat(first).containsOnlyKeys(applied.keySet());
        Function<String, Duration> took = run -> Duration.between(applied.get(run), first.get(run));
        return applied.keySet().stream().map(took).max(Duration::compareTo).orElseThrow();
    }

    private static Instant made(HasMetadata object) {
        return Instant.parse(object.getMetadata().getCreationTimestamp());
    }
}
