package dev.potstill.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A field of a manifest set from outside it.
 *
 * @param text as it was given, {@code spec.teachers[0].model=file:///x}
 * @param steps the way to the field: names, and indexes in brackets
 * @param value what is behind the equals sign
 */
record Setting(String text, List<String> steps, String value) {
    private static final Pattern PATH = Pattern.compile("[A-Za-z][\\w-]*(\\[\\d{1,4}]|\\.[\\w-]+)*");
    private static final Pattern STEP = Pattern.compile("[\\w-]+|\\[\\d+]");
    private static final List<String> METADATA = List.of("name", "namespace");

    Setting {
        steps = List.copyOf(steps);
    }

    /** @throws Problem USAGE where it is not a path, an equals sign and a value */
    static Setting parse(String text) {
        int equals = text.indexOf('=');
        String path = text.substring(0, Math.max(0, equals)).strip();
        if (!PATH.matcher(path).matches()) {
            throw usage(text, "expected PATH=VALUE such as spec.teachers[0].model=file:///models/teacher");
        }
        List<String> steps =
                STEP.matcher(path).results().map(MatchResult::group).toList();
        return new Setting(text, steps, text.substring(equals + 1));
    }

    /** Sets the field in the document. */
    void apply(ObjectNode document) {
        if (steps.getFirst().equals("metadata") && steps.size() == 2 && METADATA.contains(steps.get(1))) {
            document.withObject("/metadata").put(steps.get(1), value);
        } else if (steps.getFirst().equals("spec")) {
            document.set("spec", with(Schema.ofSpec(), document.get("spec"), 1));
        } else {
            throw usage(text, "expected a field of spec, or metadata.name or metadata.namespace");
        }
    }

    /** The value of the node that this many steps lead to, with the field set in it. */
    private JsonNode with(Schema schema, @Nullable JsonNode current, int step) {
        if (step == steps.size()) {
            return literal(schema);
        }
        String next = steps.get(step);
        return next.startsWith("[") ? inList(schema, current, step) : inObject(schema, current, step);
    }

    private JsonNode inObject(Schema schema, @Nullable JsonNode current, int step) {
        String name = steps.get(step);
        Optional<Schema> below = schema.property(name).or(schema::values);
        if (below.isEmpty()) {
            String found = "found the unknown field " + name + " in " + path(step);
            throw usage(
                    text,
                    schema.properties().isEmpty()
                            ? found + ", which has no fields"
                            : found + ", expected "
                                    + Words.oneOf(schema.properties().keySet(), name));
        }
        ObjectNode object = current instanceof ObjectNode given ? given : JsonNodeFactory.instance.objectNode();
        object.set(name, with(below.get(), object.get(name), step + 1));
        return object;
    }

    private JsonNode inList(Schema schema, @Nullable JsonNode current, int step) {
        if (!schema.is("array")) {
            throw usage(text, path(step) + " is not a list");
        }
        ArrayNode list = current instanceof ArrayNode given ? given : JsonNodeFactory.instance.arrayNode();
        String bracketed = steps.get(step);
        int index = Integer.parseInt(bracketed.substring(1, bracketed.length() - 1));
        if (index > list.size()) {
            throw usage(
                    text,
                    "found index " + index + ", expected 0 to " + list.size() + ": " + path(step) + " has "
                            + list.size() + " entries in the manifest");
        }
        JsonNode item = with(schema.items(), list.get(index), step + 1);
        if (index == list.size()) {
            list.add(item);
        } else {
            list.set(index, item);
        }
        return list;
    }

    /** The value as the field's type wants it; what does not fit stays text, for the check to find. */
    private JsonNode literal(Schema schema) {
        return switch (schema.type()) {
            case "string" -> TextNode.valueOf(value);
            default -> structured();
        };
    }

    private JsonNode structured() {
        try {
            return Document.value(value);
        } catch (JsonProcessingException e) {
            throw usage(text, "the value is not YAML: " + Document.problem(e));
        }
    }

    private String path(int step) {
        return String.join(".", steps.subList(0, step)).replace(".[", "[");
    }

    private static Problem usage(String text, String message) {
        return new Problem(ExitCode.USAGE, "--set " + text + ": " + message);
    }
}
