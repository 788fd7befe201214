package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The API server's defaulting: a field that is absent or null takes its default, a null without a default is dropped, and defaults
 * below a default apply too. Fields come out in the order of the schema, unknown ones last.
 */
final class Defaults {
    private Defaults() {}

    static JsonNode apply(Schema schema, JsonNode value) {
        return switch (value) {
            case ObjectNode object -> object(schema, object);
            case ArrayNode array -> array(schema, array);
            default -> value;
        };
    }

    private static ObjectNode object(Schema schema, ObjectNode given) {
        ObjectNode resolved = given.objectNode();
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            Schema below = property.getValue();
            JsonNode value = given.path(property.getKey());
            if (value.isMissingNode() || value.isNull()) {
                below.fallback()
                        .ifPresent(fallback -> resolved.set(property.getKey(), apply(below, fallback.deepCopy())));
            } else {
                resolved.set(property.getKey(), apply(below, value));
            }
        }
        given.properties().stream()
                .filter(entry -> schema.property(entry.getKey()).isEmpty())
                .forEach(entry -> resolved.set(entry.getKey(), entry.getValue()));
        return resolved;
    }

    private static ArrayNode array(Schema schema, ArrayNode given) {
        ArrayNode resolved = given.arrayNode();
        given.forEach(item -> resolved.add(apply(schema.items(), item)));
        return resolved;
    }
}
