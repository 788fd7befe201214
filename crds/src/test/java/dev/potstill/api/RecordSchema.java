package dev.potstill.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.generator.annotation.Required;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds to a generated schema what the generator leaves out: integer formats, list kinds and keys, the order in which things are
 * declared, and the defaults of objects, so that a short manifest takes every default below them.
 *
 * @param defaulted whether each component that is not nullable must be required or have a default
 */
record RecordSchema(boolean defaulted) {
    private static final Map<String, List<String>> LIST_KEYS = Map.of(
            "spec.teachers", List.of("name"),
            "spec.evaluation.data", List.of("suite"),
            "spec.feature.layers", List.of("student"),
            "status.conditions", List.of("type"),
            "status.stages", List.of("name"),
            "status.scores", List.of("suite", "model"));
    /** Kubernetes holds a label's value, and so the value of a node selector, to this. */
    private static final int LABEL_VALUE = 63;

    void complete(String path, ObjectNode schema, Class<?> type) {
        if (type.isRecord()) {
            components(path, schema, type);
        } else if (type.isEnum()) {
            ArrayNode choices = schema.putArray("enum");
            Arrays.stream(type.getEnumConstants()).map(Object::toString).forEach(choices::add);
        } else if (type == Integer.class) {
            schema.put("format", "int32");
            wholeBounds(schema);
        } else if (type == Long.class) {
            schema.put("format", "int64");
            wholeBounds(schema);
        }
    }

    private void components(String path, ObjectNode schema, Class<?> type) {
        ObjectNode generated = ((ObjectNode) schema.get("properties")).deepCopy();
        ObjectNode properties = schema.putObject("properties");
        for (RecordComponent component : type.getRecordComponents()) {
            String below = path + "." + component.getName();
            ObjectNode property = (ObjectNode) generated.get(component.getName());
            check(property.has("description"), below, "has no @JsonPropertyDescription");
            component(below, property, component);
            properties.set(component.getName(), property);
        }
    }

    private void component(String path, ObjectNode property, RecordComponent component) {
        Type declared = component.getGenericType();
        if (declared instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            list(path, property, (Class<?>) generic.getActualTypeArguments()[0]);
        } else if (declared instanceof ParameterizedType) {
            check(property.has("maxProperties"), path, "has no @Size(max)");
            ((ObjectNode) property.get("additionalProperties")).put("maxLength", LABEL_VALUE);
        } else {
            complete(path, property, (Class<?>) declared);
        }
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        boolean required = component.getAccessor().isAnnotationPresent(Required.class);
        check(!(nullable && required), path, "is both nullable and required");
        if (defaulted && !nullable && !required && !property.has("default")) {
            property.set("default", allDefaults(path, property));
        }
    }

    private void list(String path, ObjectNode property, Class<?> element) {
        check(property.has("maxItems"), path, "has no @Size(max)");
        List<String> keys = LIST_KEYS.getOrDefault(path, List.of());
        if (!keys.isEmpty()) {
            property.put("x-kubernetes-list-type", "map");
            keys.forEach(property.putArray("x-kubernetes-list-map-keys")::add);
        } else {
            property.put("x-kubernetes-list-type", element.isEnum() ? "set" : "atomic");
        }
        complete(path + "[]", (ObjectNode) property.get("items"), element);
    }

    /**
     * All the defaults below, and not just {@code {}}: the API server holds a default against the rules before it applies the
     * defaults below it.
     */
    private static JsonNode allDefaults(String path, ObjectNode property) {
        String type = property.path("type").asText();
        check(type.equals("object") || type.equals("array"), path, "is neither @Required, @Default nor @Nullable");
        check(!property.has("required"), path, "has required fields, so it must be @Required or @Nullable");
        if (type.equals("array")) {
            return property.arrayNode();
        }
        ObjectNode all = property.objectNode();
        property.path("properties").properties().stream()
                .filter(below -> below.getValue().has("default"))
                .forEach(below ->
                        all.set(below.getKey(), below.getValue().get("default").deepCopy()));
        return all;
    }

    /** The generator writes bounds as floating-point numbers. */
    private static void wholeBounds(ObjectNode schema) {
        for (String bound : List.of("minimum", "maximum")) {
            if (schema.has(bound)) {
                schema.put(bound, schema.get(bound).asLong());
            }
        }
    }

    private static void check(boolean holds, String path, String otherwise) {
        if (!holds) {
            throw new AssertionError(path + " " + otherwise);
        }
    }
}
