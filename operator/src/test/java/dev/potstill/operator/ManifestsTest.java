package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Condition.Status;
import dev.potstill.contract.Json;
import dev.potstill.operator.run.RunResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Manifests with one thing wrong or odd in each, at every field in turn. */
class ManifestsTest {
    private static final int MANY = 300;
    private static final long SEED = 42;

    @Test
    void a_bad_manifest_is_refused_by_the_api_server_or_named_in_the_status_and_good_ones_start() {
        var town = new Town();
        var good = town.apply("");
        var refused = new ArrayList<String>();
        SortedMap<String, ObjectNode> applied = new TreeMap<>();
        var odd = new Odd(spec(good), new Random(SEED));
        for (int i = 0; i < MANY; i++) {
            String name = "odd-%03d".formatted(i);
            ObjectNode spec = odd.next();
            try {
                town.client.resource(named(good, name, spec)).create();
                applied.put(name, spec);
            } catch (KubernetesClientException e) {
                assertThat(e.getCode()).as("%s: %s", spec, e.getMessage()).isIn(400, 422, 500);
                refused.add(e.getMessage());
            }
        }
        assertThat(refused).hasSizeGreaterThan(100).allMatch(message -> message.contains("spec"));
        try (var operator = Operating.in(town.namespace)) {
            Town.eventually(() -> applied.forEach((name, spec) -> judged(town, name, spec)));
            assertThat(operator.writes.written()).isNotEmpty();
        }
    }

    /** Either it is accepted, or the field is named. */
    private static void judged(Town town, String name, ObjectNode spec) {
        var run = town.client
                .resources(RunResource.class)
                .inNamespace(town.namespace)
                .withName(name)
                .get();
        assertThat(run.getStatus()).as("%s: %s", name, spec).isNotNull();
        var accepted = run.getStatus().conditions().stream()
                .filter(condition -> condition.type().equals("Accepted"))
                .findFirst()
                .orElseThrow();
        if (accepted.status() != Status.True) {
            assertThat(accepted.message()).as("%s: %s", name, spec).startsWith("spec.");
        }
    }

    private static ObjectNode spec(RunResource run) {
        return ((ObjectNode) Json.mapper().valueToTree(run.getSpec())).deepCopy();
    }

    private static RunResource named(RunResource good, String name, ObjectNode spec) {
        var run = new RunResource();
        run.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                .withName(name)
                .withNamespace(good.getMetadata().getNamespace())
                .build());
        run.setSpec(spec);
        return run;
    }

    /** Makes specs with one field changed for the worse. */
    private static final class Odd {
        private static final List<String> VALUES = List.of(
                "-1",
                "0",
                "1",
                "99999999999",
                "\"\"",
                "\"nonsense\"",
                "\"https://x\"",
                "\"hf://a/b\"",
                "\"../up\"",
                "true",
                "[]",
                "{}",
                "[1]",
                "{\"a\": 1}",
                "1.5",
                "\"\\u0000\"",
                "\"-0\"",
                "null");
        private final ObjectNode good;
        private final List<List<String>> paths = new ArrayList<>();
        private final Random dice;

        Odd(ObjectNode good, Random dice) {
            this.good = good;
            this.dice = dice;
            walk(good, List.of());
        }

        private void walk(JsonNode node, List<String> path) {
            if (!path.isEmpty()) {
                paths.add(path);
            }
            if (node instanceof ObjectNode object) {
                object.properties().forEach(field -> walk(field.getValue(), and(path, field.getKey())));
            } else if (node instanceof ArrayNode array) {
                for (int i = 0; i < array.size(); i++) {
                    walk(array.get(i), and(path, Integer.toString(i)));
                }
            }
        }

        private static List<String> and(List<String> path, String step) {
            var longer = new ArrayList<>(path);
            longer.add(step);
            return longer;
        }

        ObjectNode next() {
            ObjectNode spec = good.deepCopy();
            List<String> path = paths.get(dice.nextInt(paths.size()));
            JsonNode parent = spec;
            Iterator<String> steps = path.subList(0, path.size() - 1).iterator();
            while (steps.hasNext()) {
                String step = steps.next();
                parent = parent.isArray() ? parent.get(Integer.parseInt(step)) : parent.get(step);
            }
            JsonNode value = value(VALUES.get(dice.nextInt(VALUES.size())));
            if (parent instanceof ObjectNode object) {
                object.set(path.getLast(), value);
            } else {
                ((ArrayNode) parent).set(Integer.parseInt(path.getLast()), value);
            }
            return spec;
        }

        private static JsonNode value(String json) {
            try {
                return Json.mapper().readTree(json);
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new IllegalArgumentException(json, e);
            }
        }
    }
}
