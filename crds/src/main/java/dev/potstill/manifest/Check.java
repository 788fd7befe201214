package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Holds a value, its defaults applied, against the schema, and collects every violation. */
final class Check {
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private final List<Violation> violations = new ArrayList<>();

    private Check() {}

    static List<Violation> of(String path, Schema schema, JsonNode value) {
        Check check = new Check();
        check.value(path, schema, value);
        return check.violations;
    }

    private void value(String path, Schema schema, JsonNode value) {
        switch (value) {
            case ObjectNode object when schema.is("object") -> object(path, schema, object);
            case ArrayNode array when schema.is("array") -> array(path, schema, array);
            case TextNode text when schema.is("string") -> text(path, schema, text.textValue());
            case JsonNode number
            when schema.is("integer") && number.isIntegralNumber() -> integer(path, schema, number);
            case BooleanNode _ when schema.is("boolean") -> {}
            default -> add(path, "found " + Words.found(value) + ", expected " + Words.expected(schema));
        }
    }

    private void object(String path, Schema schema, ObjectNode object) {
        schema.values().ifPresent(values -> {
            size(path, schema, "Properties", object.size(), "entries");
            object.properties().forEach(entry -> value(path + "." + entry.getKey(), values, entry.getValue()));
        });
        if (schema.values().isEmpty()) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                String name = field.getKey();
                schema.property(name)
                        .ifPresentOrElse(
                                below -> value(path + "." + name, below, field.getValue()),
                                () -> add(
                                        path + "." + name,
                                        Words.unknown(name, schema.properties().keySet())));
            }
        }
        for (String name : schema.required()) {
            if (!object.has(name)) {
                Schema below = schema.property(name).orElseThrow();
                add(path + "." + name, "found nothing, expected " + Words.expected(below));
            }
        }
    }

    private void array(String path, Schema schema, ArrayNode array) {
        size(path, schema, "Items", array.size(), "entries");
        Set<List<JsonNode>> seen = new HashSet<>();
        for (int i = 0; i < array.size(); i++) {
            String at = path + "[" + i + "]";
            JsonNode item = array.get(i);
            value(at, schema.items(), item);
            if (schema.isSet() && !seen.add(List.of(item))) {
                add(at, "found " + Words.found(item) + " a second time, expected it once; remove one");
            }
            if (item instanceof ObjectNode object && !schema.listKeys().isEmpty()) {
                unique(at, schema.listKeys(), object, seen);
            }
        }
    }

    private void unique(String at, List<String> keys, ObjectNode item, Set<List<JsonNode>> seen) {
        List<JsonNode> identity = keys.stream().<JsonNode>map(item::path).toList();
        if (!seen.add(identity)) {
            add(
                    at + "." + keys.getFirst(),
                    "found " + Words.found(identity.getFirst()) + " a second time, expected a different "
                            + String.join(" and ", keys) + " in each entry");
        }
    }

    /** Every pattern is anchored; {@code matches}, as Java's {@code $} would let a line break at the end pass. */
    private void text(String path, Schema schema, String text) {
        if (!schema.choices().isEmpty()) {
            if (!schema.choices().contains(text)) {
                add(path, "found " + Words.quote(text) + ", expected " + Words.oneOf(schema.choices(), text));
            }
            return;
        }
        int length = text.codePointCount(0, text.length());
        boolean formed = schema.pattern().isEmpty()
                || PATTERNS.computeIfAbsent(schema.pattern(), Pattern::compile)
                        .matcher(text)
                        .matches();
        // Of what is too short, its form says more than a number of characters does.
        boolean saysMore =
                !formed && length > 0 && length < schema.bound("minLength").asInt(0);
        if ((saysMore || size(path, schema, "Length", length, "characters")) && !formed) {
            add(path, "found " + Words.quote(text) + ", expected " + Words.form(schema.pattern()));
        }
    }

    private void integer(String path, Schema schema, JsonNode value) {
        boolean low = schema.bound("minimum").isNumber()
                && value.bigIntegerValue().compareTo(schema.bound("minimum").bigIntegerValue()) < 0;
        boolean high = schema.bound("maximum").isNumber()
                && value.bigIntegerValue().compareTo(schema.bound("maximum").bigIntegerValue()) > 0;
        if (low || high) {
            add(path, "found " + value + ", expected " + Words.expected(schema));
        }
    }

    private boolean size(String path, Schema schema, String what, int size, String unit) {
        Optional<String> range = Words.range(schema.bound("min" + what), schema.bound("max" + what));
        boolean fits = size >= schema.bound("min" + what).asInt(0)
                && size <= schema.bound("max" + what).asInt(size);
        if (!fits) {
            add(path, "found " + size + " " + unit + ", expected " + range.orElseThrow());
        }
        return fits;
    }

    private void add(String path, String message) {
        violations.add(new Violation(path, message));
    }
}
