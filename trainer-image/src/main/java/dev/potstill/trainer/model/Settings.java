package dev.potstill.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Problem;
import java.util.Optional;

/**
 * A config.json, read field by field; what is not as it should be is one clear error.
 *
 * @param origin names the file in errors
 */
record Settings(JsonNode json, String origin) {

    private Optional<JsonNode> find(String field) {
        JsonNode node = json.path(field);
        return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    boolean has(String field) {
        return find(field).isPresent();
    }

    int positive(String field) {
        return find(field).map(node -> positive(field, node)).orElseThrow(() -> damaged(field, "nothing"));
    }

    int positive(String field, int absent) {
        return find(field).map(node -> positive(field, node)).orElse(absent);
    }

    private int positive(String field, JsonNode node) {
        if (!node.canConvertToInt() || !node.isIntegralNumber() || node.asInt() < 1) {
            throw damaged(field, node.toString());
        }
        return node.asInt();
    }

    private Problem damaged(String field, String found) {
        return Problem.rejected(origin + ": " + field + ": found " + found + ", expected a positive whole number");
    }

    int count(String field, int absent) {
        return find(field)
                .map(node -> node.asInt() == 0 ? 0 : positive(field, node))
                .orElse(absent);
    }

    double number(String field, double absent) {
        return find(field)
                .map(node -> {
                    if (!node.isNumber()) {
                        throw Problem.rejected(origin + ": " + field + ": found " + node + ", expected a number");
                    }
                    return node.asDouble();
                })
                .orElse(absent);
    }

    double positiveNumber(String field) {
        double value = number(field, 0);
        if (!(value > 0)) {
            throw Problem.rejected("%s: %s: found %s, expected a positive number"
                    .formatted(
                            origin, field, find(field).map(JsonNode::toString).orElse("nothing")));
        }
        return value;
    }

    boolean flag(String field, boolean absent) {
        return find(field)
                .map(node -> {
                    if (!node.isBoolean()) {
                        throw Problem.rejected(origin + ": " + field + ": found " + node + ", expected true or false");
                    }
                    return node.asBoolean();
                })
                .orElse(absent);
    }

    String text(String field, String absent) {
        return find(field).map(JsonNode::asText).orElse(absent);
    }

    /** Refuses any other value of a setting that this version computes in one way only. */
    void only(String field, Object supported) {
        String expected = supported.toString();
        find(field)
                .map(JsonNode::asText)
                .filter(found -> !found.equals(expected))
                .ifPresent(found -> {
                    throw unsupported(field, found, expected);
                });
    }

    Problem unsupported(String field, String found, String expected) {
        return Problem.unfit("%s: %s: found %s, expected %s; this setting is not supported"
                .formatted(origin, field, found, expected));
    }

    /** One group of settings in it; empty where it is not there. */
    Settings within(String field) {
        return new Settings(json.path(field), origin + ": " + field);
    }
}
