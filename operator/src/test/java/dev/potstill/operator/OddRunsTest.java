package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.potstill.api.Condition.Status;
import dev.potstill.api.StageStatus.State;
import dev.potstill.contract.Json;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs with odd names, and whose status or metadata others have written to. */
class OddRunsTest {
    private final Town town = new Town();
    private final Applying user = new Applying(town);

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @ParameterizedTest
    @ValueSource(strings = {"with.dots", "a.b.c", "long*64", "long*200", "long*253"})
    void a_name_that_labels_cannot_hold_is_named(String pattern) {
        String name = pattern.contains("*") ? "x".repeat(Integer.parseInt(pattern.substring(5))) : pattern;
        assertThat(user.put(name, Applying.spec())).isEmpty();
        Town.eventually(
                () -> assertThat(user.condition(name, "Accepted").message()).startsWith("metadata.name: "));
        assertThat(town.names()).isEmpty();
    }

    @Test
    void the_longest_name_that_labels_can_hold_is_carried_out() {
        String name = "x".repeat(63);
        assertThat(user.put(name, Applying.spec())).isEmpty();
        Town.eventually(() -> assertThat(town.names())
                .singleElement()
                .satisfies(job -> assertThat(job).hasSizeLessThanOrEqualTo(63)));
        town.hands.done(town.jobs().getFirst());
        Town.eventually(() -> assertThat(town.names()).hasSize(2));
    }

    @Test
    void the_longest_name_has_room_for_the_numbers_of_its_pods() {
        String name = "x".repeat(63);
        var spec = Applying.spec();
        spec.putObject("evaluation").put("shards", 64);
        assertThat(user.put(name, spec)).isEmpty();
        Town.eventually(() -> assertThat(town.names()).hasSize(1));
        town.hands.done(town.jobs().getFirst());
        Town.eventually(() -> assertThat(town.names()).hasSize(2));
    }

    @Test
    void a_label_that_no_node_can_have_is_named_and_mending_it_recovers() {
        var spec = Applying.spec();
        spec.putObject("scheduling").putObject("nodeSelector").put("bad key!", "x");
        assertThat(user.put("r", spec)).isEmpty();
        Town.eventually(() -> assertThat(user.condition("r", "Accepted"))
                .satisfies(condition -> assertThat(condition.status()).isEqualTo(Status.False))
                .satisfies(condition -> assertThat(condition.message())
                        .startsWith("spec.scheduling.nodeSelector: found \"bad key!\"")));
        assertThat(user.put("r", Applying.spec())).isEmpty();
        town.job("r-data-0");
        Town.eventually(
                () -> assertThat(user.condition("r", "Accepted").status()).isEqualTo(Status.True));
    }

    @Test
    void a_status_that_somebody_has_written_is_put_right() {
        assertThat(user.put("r", Applying.spec())).isEmpty();
        town.job("r-data-0");
        Town.eventually(
                () -> assertThat(user.condition("r", "Accepted").status()).isEqualTo(Status.True));
        for (String status : List.of(
                "{}",
                "{\"observedGeneration\": 99, \"summary\": \"all is well\", \"stage\": \"Evaluation\"}",
                "{\"conditions\": [{\"type\": \"Succeeded\", \"status\": \"True\", \"reason\": \"Forged\","
                        + " \"message\": \"\", \"lastTransitionTime\": \"yesterday\"}]}",
                "{\"stages\": [{\"name\": \"Data\", \"state\": \"Succeeded\","
                        + " \"attempts\": {\"failed\": 7, \"preempted\": 0}}], \"scores\": []}")) {
            var forged = user.object("r", Applying.spec());
            forged.set("status", Applying.json(status));
            forged.withObject("/metadata")
                    .put("resourceVersion", user.run("r").getMetadata().getResourceVersion());
            user.raw("PUT", "/r/status", forged);
            Town.eventually(() -> {
                assertThat(user.condition("r", "Succeeded").status()).isEqualTo(Status.Unknown);
                assertThat(user.condition("r", "Accepted").status()).isEqualTo(Status.True);
                assertThat(Instant.parse(user.condition("r", "Succeeded").lastTransitionTime()))
                        .isNotNull();
                assertThat(user.run("r").getStatus().observedGeneration()).isEqualTo(1);
                assertThat(user.run("r")
                                .getStatus()
                                .stages()
                                .getFirst()
                                .attempts()
                                .failed())
                        .isZero();
            });
        }
        assertThat(town.names()).containsExactly("r-data-0");
    }

    @Test
    void what_others_say_of_a_run_is_left_to_them_and_causes_no_writes() {
        assertThat(user.put("r", Applying.spec())).isEmpty();
        town.hands.run(town.job("r-data-0"));
        Town.eventually(
                () -> assertThat(user.run("r").getStatus().stages().getFirst().state())
                        .isEqualTo(State.Running));
        var object = user.object("r", Applying.spec());
        object.remove("spec");
        object.set(
                "status",
                Applying.json("{\"conditions\": [{\"type\": \"Audited\", \"status\": \"True\", \"reason\": \"Known\","
                        + " \"message\": \"\", \"lastTransitionTime\": \"2026-01-01T00:00:00Z\"}]}"));
        town.client
                .resource(Json.mapper().convertValue(object, GenericKubernetesResource.class))
                .subresource("status")
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("auditor")
                        .build());
        int before = operator.writes.written().size();
        for (int i = 0; i < 3; i++) {
            user.merge("r", "{\"metadata\": {\"annotations\": {\"touch\": \"%d\"}}}".formatted(i));
        }
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(user.condition("r", "Audited").status()).isEqualTo(Status.True);
        assertThat(operator.writes.written()).hasSize(before);
    }

    @Test
    void a_run_that_goes_is_left_alone_while_somebody_holds_it() {
        assertThat(user.put("r", Applying.spec())).isEmpty();
        var data = town.job("r-data-0");
        user.merge("r", "{\"metadata\": {\"finalizers\": [\"example.com/backup\"]}}");
        user.found("r").delete();
        town.hands.done(data);
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(town.names()).containsExactly("r-data-0");
        user.merge("r", "{\"metadata\": {\"finalizers\": []}}");
        assertThat(user.run("r")).isNull();
    }
}
