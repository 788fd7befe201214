package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import dev.potstill.contract.Json;
import dev.potstill.operator.run.RunResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests with something wrong or odd in each, at any field. */
class ManifestsTest {
    private static final int MANY = 300;
    /** Any other is as good: {@code -Dpotstill.seed=N}. */
    private static final long SEED = Long.getLong("potstill.seed", 42);

    private static final List<String> BROKEN =
            List.of("{\"student\": {\"model\": \"../relative\"}}", "{\"quantization\": {\"bits\": 8}}");

    private static final Duration SOON = Duration.ofSeconds(10);

    private Town town;
    private Operating operator;

    @BeforeEach
    void start() {
        town = new Town();
        operator = Operating.in(town.namespace);
    }

    @AfterEach
    void stop() {
        if (operator != null) {
            operator.close();
        }
    }

    @Test
    void a_bad_manifest_is_refused_or_its_field_named_in_time_and_the_good_one_in_its_place_starts() {
        ObjectNode good = spec();
        var odd = new Odd(good, SEED);
        var refused = new ArrayList<String>();
        SortedMap<String, ObjectNode> applied = new TreeMap<>();
        for (int i = 0; i < MANY; i++) {
            String name = "odd-%03d".formatted(i);
            ObjectNode spec = odd.next();
            put(name, spec).ifPresentOrElse(refused::add, () -> applied.put(name, spec));
        }
        Town.eventually(() -> applied.forEach((name, spec) -> judged(name, spec)));
        var bad = applied.keySet().stream().filter(name -> !isAccepted(name)).toList();
        System.out.printf(
                "manifests, seed %d: %d refused by the API server, %d by the operator, %d accepted%n",
                SEED, refused.size(), bad.size(), applied.size() - bad.size());
        assertThat(refused).hasSizeGreaterThan(MANY / 3).allMatch(ManifestsTest::namesIts);
        bad.forEach(name -> assertThat(put(name, good)).isEmpty());
        bad.forEach(name -> town.job(name + "-data-0"));
        Town.eventually(() -> assertThat(bad).allMatch(this::isAccepted));
        var broken = broken(good);
        bad.forEach(name -> broken.add(applied.get(name)));
        brokenAndMended(good, broken);
    }

    /** Which the API server lets through. */
    private static List<ObjectNode> broken(ObjectNode good) {
        var broken = new ArrayList<ObjectNode>();
        for (String part : BROKEN) {
            ObjectNode spec = good.deepCopy();
            spec.setAll((ObjectNode) json(part));
            broken.add(spec);
        }
        return broken;
    }

    /** A run at work is given a bad spec, and its good one again: nothing of it is lost and nothing made twice. */
    private void brokenAndMended(ObjectNode good, List<ObjectNode> bad) {
        assertThat(put("whole", good)).isEmpty();
        var data = town.job("whole-data-0");
        var pod = town.hands.run(data);
        for (ObjectNode spec : bad) {
            assertThat(put("whole", spec)).isEmpty();
            isSoon("whole", Status.False);
            judged("whole", spec);
            assertThat(put("whole", good)).isEmpty();
            isSoon("whole", Status.True);
        }
        assertThat(town.client.resource(pod).get().getMetadata().getDeletionTimestamp())
                .isNull();
        town.hands.exit(pod, 0, "Completed", Hands.lastWord(data));
        town.hands.complete(data);
        town.hands.done(town.job("whole-evaluation-0"));
        Town.eventually(
                () -> assertThat(condition("whole", "Succeeded").status()).isEqualTo(Status.True));
        assertThat(town.names().stream().filter(name -> name.startsWith("whole-")))
                .containsExactly("whole-data-0", "whole-evaluation-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with.dots", "a.b.c", "long*64", "long*200", "long*253"})
    void a_name_that_labels_cannot_hold_is_named(String pattern) {
        String name = pattern.contains("*") ? "x".repeat(Integer.parseInt(pattern.substring(5))) : pattern;
        assertThat(put(name, spec())).isEmpty();
        Town.eventually(() -> assertThat(condition(name, "Accepted").message()).startsWith("metadata.name: "));
        assertThat(town.names()).isEmpty();
    }

    @Test
    void the_longest_name_that_labels_can_hold_is_carried_out() {
        String name = "x".repeat(63);
        assertThat(put(name, spec())).isEmpty();
        Town.eventually(() -> assertThat(town.names())
                .singleElement()
                .satisfies(job -> assertThat(job).hasSizeLessThanOrEqualTo(63)));
        town.hands.done(town.jobs().getFirst());
        Town.eventually(() -> assertThat(town.names()).hasSize(2));
    }

    @Test
    void a_status_that_somebody_has_written_is_put_right() {
        assertThat(put("r", spec())).isEmpty();
        town.job("r-data-0");
        Town.eventually(() -> assertThat(condition("r", "Accepted").status()).isEqualTo(Status.True));
        for (String status : List.of(
                "{}",
                "{\"observedGeneration\": 99, \"summary\": \"all is well\", \"stage\": \"Evaluation\"}",
                "{\"conditions\": [{\"type\": \"Succeeded\", \"status\": \"True\", \"reason\": \"Forged\","
                        + " \"message\": \"\", \"lastTransitionTime\": \"yesterday\"}]}",
                "{\"stages\": [{\"name\": \"Data\", \"state\": \"Succeeded\","
                        + " \"attempts\": {\"failed\": 7, \"preempted\": 0}}], \"scores\": []}")) {
            var forged = object("r", spec());
            forged.set("status", json(status));
            forged.withObject("/metadata")
                    .put("resourceVersion", run("r").getMetadata().getResourceVersion());
            raw("PUT", "/r/status", forged);
            Town.eventually(() -> {
                assertThat(condition("r", "Succeeded").status()).isEqualTo(Status.Unknown);
                assertThat(condition("r", "Accepted").status()).isEqualTo(Status.True);
                assertThat(Instant.parse(condition("r", "Succeeded").lastTransitionTime()))
                        .isNotNull();
                assertThat(run("r").getStatus().observedGeneration()).isEqualTo(1);
                assertThat(run("r").getStatus().stages().getFirst().attempts().failed())
                        .isZero();
            });
        }
        assertThat(town.names()).containsExactly("r-data-0");
    }

    @Test
    void what_others_say_of_a_run_is_left_to_them_and_causes_no_writes() {
        assertThat(put("r", spec())).isEmpty();
        town.hands.run(town.job("r-data-0"));
        Town.eventually(() -> assertThat(condition("r", "Reconciling").reason()).isEqualTo("Data"));
        var object = object("r", spec());
        object.remove("spec");
        object.set(
                "status",
                json("{\"conditions\": [{\"type\": \"Audited\", \"status\": \"True\", \"reason\": \"Known\","
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
            merge("{\"metadata\": {\"annotations\": {\"touch\": \"%d\"}}}".formatted(i));
        }
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(condition("r", "Audited").status()).isEqualTo(Status.True);
        assertThat(operator.writes.written()).hasSize(before);
    }

    @Test
    void a_run_that_goes_is_left_alone_while_somebody_holds_it() {
        assertThat(put("r", spec())).isEmpty();
        var data = town.job("r-data-0");
        merge("{\"metadata\": {\"finalizers\": [\"example.com/backup\"]}}");
        found("r").delete();
        town.hands.done(data);
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(town.names()).containsExactly("r-data-0");
        merge("{\"metadata\": {\"finalizers\": []}}");
        assertThat(run("r")).isNull();
    }

    /** Either it is accepted, or the field is named. */
    private void judged(String name, ObjectNode spec) {
        var run = run(name);
        assertThat(run.getStatus()).as("%s: %s", name, spec).isNotNull();
        Condition accepted = condition(name, "Accepted");
        if (accepted.status() != Status.True) {
            assertThat(accepted.message()).as("%s: %s", name, spec).startsWith("spec.");
        }
        var took = Duration.between(
                Instant.parse(run.getMetadata().getCreationTimestamp()), Instant.parse(accepted.lastTransitionTime()));
        if (run.getMetadata().getGeneration() == 1) {
            assertThat(took).as("%s: %s", name, spec).isLessThanOrEqualTo(SOON);
        }
    }

    /** A field, or the whole where that is no spec at all. */
    private static boolean namesIts(String message) {
        return message.contains("spec");
    }

    private boolean isAccepted(String name) {
        return condition(name, "Accepted").status() == Status.True;
    }

    private void isSoon(String name, Status accepted) {
        await().atMost(SOON).untilAsserted(() -> {
            Condition now = condition(name, "Accepted");
            assertThat(now.observedGeneration())
                    .isEqualTo(run(name).getMetadata().getGeneration());
            assertThat(now.status()).as(now.message()).isEqualTo(accepted);
        });
    }

    private Condition condition(String name, String type) {
        return Optional.ofNullable(run(name).getStatus()).stream()
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no condition " + type));
    }

    private void merge(String patch) {
        found("r").patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private RunResource run(String name) {
        return found(name).get();
    }

    private Resource<RunResource> found(String name) {
        return town.client
                .resources(RunResource.class)
                .inNamespace(town.namespace)
                .withName(name);
    }

    private static ObjectNode spec() {
        return (ObjectNode) json("""
                {"teachers": [{"name": "big", "model": "builtin://teacher"}], "student": {"model": "builtin://start"},
                 "data": {"sources": [{"uri": "builtin://problems"}]}, "stages": ["Data", "Evaluation"]}""");
    }

    /** As kubectl does it: unknown fields are refused, and what was applied before is replaced. */
    private Optional<String> put(String name, ObjectNode spec) {
        for (int tries = 0; tries < 10; tries++) {
            try {
                write(name, spec);
                return Optional.empty();
            } catch (KubernetesClientException e) {
                // Its status was written in between.
                if (e.getCode() != 409) {
                    assertThat(e.getCode()).as("%s: %s", spec, e.getMessage()).isIn(400, 422);
                    return Optional.of(String.valueOf(e.getStatus().getMessage()));
                }
            }
        }
        throw new AssertionError(name + " is written all the time");
    }

    private void write(String name, ObjectNode spec) {
        ObjectNode object = object(name, spec);
        RunResource there = run(name);
        if (there == null) {
            raw("POST", "?fieldValidation=Strict", object);
        } else {
            object.withObject("/metadata")
                    .put("resourceVersion", there.getMetadata().getResourceVersion());
            raw("PUT", "/" + name + "?fieldValidation=Strict", object);
        }
    }

    private ObjectNode object(String name, ObjectNode spec) {
        ObjectNode object =
                (ObjectNode) json("{\"apiVersion\": \"potstill.dev/v1alpha1\", \"kind\": \"DistillationRun\"}");
        object.putObject("metadata").put("name", name).put("namespace", town.namespace);
        object.set("spec", spec);
        return object;
    }

    private void raw(String method, String path, JsonNode body) {
        town.client.raw(
                "/apis/potstill.dev/v1alpha1/namespaces/" + town.namespace + "/distillationruns" + path, method, body);
    }

    private static JsonNode json(String text) {
        try {
            return Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
