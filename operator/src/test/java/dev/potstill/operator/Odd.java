package dev.potstill.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.potstill.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Makes specs with a few fields changed for the worse, or for the odd: any field of the API, and some that it has not. */
final class Odd {
    private static final List<String> VALUES = List.of(
            "-1",
            "0",
            "1",
            "7",
            "99999999999",
            "9223372036854775808",
            "1e30",
            "-0.0",
            "1.5",
            "1e-7",
            "true",
            "false",
            "null",
            "\"\"",
            "\" \"",
            "\"-0\"",
            "\"0\"",
            "\"1\"",
            "\"1.5\"",
            "\"1e99\"",
            "\"yes\"",
            "\"no\"",
            "\"on\"",
            "\"~\"",
            "\"true\"",
            "\"null\"",
            "\"nonsense\"",
            "\"Nonsense\"",
            "\"0x10\"",
            "\"1_000\"",
            "\"10Gi\"",
            "\"0Gi\"",
            "\"4 Gi\"",
            "\"https://x\"",
            "\"http://\"",
            "\"hf://a/b\"",
            "\"hf://\"",
            "\"s3://b/k\"",
            "\"run://other\"",
            "\"run://../x\"",
            "\"pvc://claim/x\"",
            "\"builtin://none\"",
            "\"builtin://problems\"",
            "\"file:///etc/passwd\"",
            "\"../up\"",
            "\"/absolute\"",
            "\"a b\"",
            "\"\\u0000\"",
            "\"line\\nbreak\"",
            "\"\\u00e9\\u4e2d\\ud83d\\ude80\"",
            "\"\\u202e\"",
            "\"${HOME}\"",
            "\"{{x}}\"",
            "\"-\"",
            "\"UPPER\"",
            "\"LoRA\"",
            "\"GPTQ\"",
            "\"Data\"",
            "\"Paused\"",
            "\"Cancelled\"",
            "[]",
            "[[]]",
            "[null]",
            "[1]",
            "[\"\"]",
            "[\"Data\", \"Data\"]",
            "[\"Evaluation\", \"Data\"]",
            "[{}]",
            "[{}, {}]",
            "{}",
            "{\"a\": 1}",
            "{\"name\": \"\"}",
            "{\"\": \"\"}",
            "{\"count\": 0}");
    private static final int LONG = 70_000;

    private final JsonNode schema;
    private final ObjectNode good;
    private final Random dice;

    Odd(ObjectNode good, long seed) {
        this.good = good;
        this.dice = new Random(seed);
        try (var crd = Odd.class.getResourceAsStream("/META-INF/potstill/distillationruns.potstill.dev-v1.yml")) {
            schema = new YAMLMapper()
                    .readTree(Objects.requireNonNull(crd))
                    .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ObjectNode next() {
        ObjectNode spec = good.deepCopy();
        int changes = 1 + dice.nextInt(4) / 3;
        for (int i = 0; i < changes; i++) {
            change(spec, schema);
        }
        return spec;
    }

    /** Goes down to some field that the API has, and makes what is missing on the way. */
    private void change(ObjectNode object, JsonNode its) {
        List<String> names = new ArrayList<>();
        its.path("properties").fieldNames().forEachRemaining(names::add);
        if (names.isEmpty() || dice.nextInt(25) == 0) {
            object.set(one(List.of("unknown", "Spec", "model", "", "\u00fc", "x".repeat(300))), value());
            return;
        }
        String name = one(names);
        JsonNode below = its.path("properties").path(name);
        boolean deeper = dice.nextInt(4) > 0;
        if (deeper && below.path("properties").isObject()) {
            change(object.path(name) instanceof ObjectNode there ? there : object.putObject(name), below);
        } else if (deeper && below.path("items").path("properties").isObject()) {
            entry(object.path(name) instanceof ArrayNode there ? there : object.putArray(name), below.path("items"));
        } else {
            set(object, name);
        }
    }

    private void entry(ArrayNode list, JsonNode its) {
        if (list.isEmpty()) {
            list.addObject();
        } else if (dice.nextInt(4) == 0) {
            list.add(list.get(0).deepCopy());
            return;
        }
        if (list.get(dice.nextInt(list.size())) instanceof ObjectNode entry) {
            change(entry, its);
        }
    }

    private void set(ObjectNode object, String name) {
        switch (dice.nextInt(12)) {
            case 0 -> object.remove(name);
            case 1 -> object.put(name, one(List.of("a", "\u00e9", "-")).repeat(LONG));
            case 2 -> object.put(name, object.path(name).asText());
            default -> object.set(name, value());
        }
    }

    private <T> T one(List<T> some) {
        return some.get(dice.nextInt(some.size()));
    }

    private JsonNode value() {
        String json = one(VALUES);
        try {
            return Json.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
