package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.RunResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Many runs at once. */
@EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
class ManyTest {
    private static final int RUNS = 1000;
    private static final Duration FIRST_JOB = Duration.ofSeconds(60);

    @Test
    void each_of_a_thousand_runs_has_its_first_job_within_a_minute() {
        var town = new Town();
        try (var operator = Operating.in(town.namespace)) {
            var model = town.apply("  stages: [Data]\n");
            IntStream.range(1, RUNS).parallel().forEach(i -> {
                var run = new RunResource();
                run.setMetadata(new ObjectMetaBuilder()
                        .withName("many-" + i)
                        .withNamespace(town.namespace)
                        .build());
                run.setSpec(model.getSpec());
                town.client.resource(run).create();
            });
            await().atMost(FIRST_JOB.multipliedBy(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> town.jobs().size() == RUNS);
            Duration slowest = slowest(town);
            System.out.printf("the slowest of %d runs had its first job after %s%n", RUNS, slowest);
            assertThat(slowest).isLessThanOrEqualTo(FIRST_JOB);
            assertThat(operator.writes.written().size()).isLessThan(10 * RUNS);
        }
    }

    /** From when a run was applied to when its job was made. */
    private static Duration slowest(Town town) {
        Map<String, Instant> applied =
                town.client.resources(RunResource.class).inNamespace(town.namespace).list().getItems().stream()
                        .collect(Collectors.toMap(run -> run.getMetadata().getUid(), ManyTest::made));
        return town.jobs().stream()
                .map(job -> Duration.between(
                        applied.get(job.getMetadata().getLabels().get(Names.RUN_UID)), made(job)))
                .max(Duration::compareTo)
                .orElseThrow();
    }

    private static Instant made(HasMetadata object) {
        return Instant.parse(object.getMetadata().getCreationTimestamp());
    }
}
