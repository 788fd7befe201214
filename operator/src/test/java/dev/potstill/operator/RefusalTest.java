package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Condition;
import dev.potstill.api.Stage;
import dev.potstill.operator.act.Act;
import dev.potstill.operator.act.Settings;
import dev.potstill.operator.observe.Observe;
import dev.potstill.operator.observe.Origin;
import dev.potstill.operator.report.Report;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import dev.potstill.pipeline.Decision.Start;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server refuses: what passes by itself is no news to the run's user. */
class RefusalTest {
    private static final String LITTLE = "  stages: [Data]\n  scheduling: {resources: {memory: 2Gi}}\n";

    @ParameterizedTest
    @ValueSource(ints = {409, 429, 500, 503})
    void what_passes_by_itself_is_tried_again_and_told_only_when_it_has_not_passed(int code) {
        assertThat(reason(code, 0)).isEmpty();
        assertThat(reason(code, 3)).contains("RefusedByCluster");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404})
    void what_does_not_is_told_at_once(int code) {
        assertThat(reason(code, 0)).contains("RefusedByCluster");
    }

    @Test
    void an_event_that_cannot_be_written_keeps_no_status_from_being_told() {
        var town = new Town();
        try (var operator = Operating.in(town.namespace, Writes.without("events"))) {
            town.apply("  stages: [Data]\n");
            town.hands.done(town.job("r1-data-0"));
            town.becomes("Succeeded", condition -> condition.status() == Condition.Status.True);
            assertThat(town.events()).isEmpty();
        }
    }

    @Test
    void a_job_that_is_there_already_for_other_settings_is_seen_by_the_next_look() {
        var town = new Town();
        try (var operator = Operating.in(town.namespace)) {
            town.apply(LITTLE);
            town.job("r1-data-0");
        }
        town.apply(LITTLE.replace("2Gi", "4Gi"));
        startUnaware(town);
        assertThat(town.jobs())
                .singleElement()
                .satisfies(job -> assertThat(job.toString()).contains("memory=2Gi"));
        try (var operator = Operating.in(town.namespace)) {
            Town.eventually(
                    () -> assertThat(town.jobs().getFirst().getMetadata().getDeletionTimestamp())
                            .isNotNull());
            assertThat(town.condition("Accepted").status()).isEqualTo(Condition.Status.True);
        }
    }

    @Test
    void a_job_of_its_name_that_is_not_the_runs_is_told() {
        var town = new Town();
        try (var operator = Operating.in(town.namespace)) {
            town.apply(LITTLE);
            town.job("r1-data-0");
        }
        town.client
                .resource(town.job("r1-data-0"))
                .edit(job -> job.edit()
                        .editMetadata()
                        .removeFromLabels(Names.RUN_UID)
                        .endMetadata()
                        .build());
        town.apply(LITTLE.replace("2Gi", "4Gi"));
        assertThatThrownBy(() -> startUnaware(town))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("immutable");
    }

    /** As by one whose caches do not know of the Job yet. */
    private static void startUnaware(Town town) {
        var run = ((Run.Parsed.Good) Run.parse(town.run())).run();
        var stale = new Observe(Clock.systemUTC(), pod -> Optional.empty(), "potstill-trainer:test")
                .of(new Origin.Start(run, Optional.empty()), List.of(), List.of(), List.of());
        var settings = new Settings("potstill-trainer:test", "IfNotPresent", Duration.ofSeconds(120));
        new Act(town.client, settings, Clock.systemUTC()).on(new Start(Stage.Data, 0), run, stale);
    }

    private static Optional<String> reason(int code, int again) {
        var resource = Town.read("  stages: [Data]\n");
        var said = new StatusBuilder().withCode(code).withMessage("no").build();
        return new Report(Clock.systemUTC(), attempt -> Optional.empty())
                .of(resource, new KubernetesClientException("no", code, said), again)
                .flatMap(status -> status.conditions().stream()
                        .filter(condition -> condition.type().equals("Reconciling"))
                        .map(Condition::reason)
                        .findFirst());
    }
}
