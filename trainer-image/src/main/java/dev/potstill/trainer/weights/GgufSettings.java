package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of a GGUF file by their keys; a {@link Problem} where one is missing or of another kind. */
record GgufSettings(Path file, Map<String, JsonNode> values) {

    String architecture() {
        return text("general.architecture").orElseThrow(() -> missing("general.architecture", "a name"));
    }

    /** The key of a setting of this model's architecture. */
    String own(String key) {
        return architecture() + "." + key;
    }

    Optional<String> text(String key) {
        return value(key).map(v -> require(v.isTextual(), v, key, "text").asText());
    }

    OptionalInt integer(String key) {
        Optional<Integer> found = value(key)
                .map(v -> require(v.canConvertToInt(), v, key, "a whole number").asInt());
        return found.isPresent() ? OptionalInt.of(found.get()) : OptionalInt.empty();
    }

    int requiredInteger(String key) {
        return integer(key).orElseThrow(() -> missing(key, "a whole number"));
    }

    /** The shortest decimal that is this 32-bit float: 1e-5 rather than 9.999999747378752e-6. */
    Optional<Double> number(String key) {
        return value(key)
                .map(v -> Double.valueOf(
                        Float.toString(require(v.isNumber(), v, key, "a number").floatValue())));
    }

    boolean flag(String key, boolean otherwise) {
        return value(key)
                .map(v -> require(v.isBoolean(), v, key, "true or false").asBoolean())
                .orElse(otherwise);
    }

    Optional<List<String>> texts(String key) {
        return list(key).map(list -> strings(key, list));
    }

    Optional<List<JsonNode>> list(String key) {
        return value(key).map(v -> {
            List<JsonNode> elements = new ArrayList<>();
            require(v.isArray(), v, key, "a list").forEach(elements::add);
            return elements;
        });
    }

    private List<String> strings(String key, List<JsonNode> list) {
        return list.stream()
                .map(v -> require(v.isTextual(), v, key, "a list of texts").asText())
                .toList();
    }

    Problem missing(String key, String expected) {
        return Problem.rejected("%s: setting %s not found; expected %s".formatted(file, key, expected));
    }

    private Optional<JsonNode> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    private JsonNode require(boolean holds, JsonNode found, String key, String expected) {
        if (holds) {
            return found;
        }
        String shown = found.isArray() ? "a list of " + found.size() : found.toString();
        throw Problem.rejected("%s: setting %s is %s; expected %s".formatted(file, key, shown, expected));
    }
}
