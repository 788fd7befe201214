package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One node of the CRD's own OpenAPI schema, read once: an operator holds every run against it at every look.
 *
 * @param json what is rarely asked for is read from it
 * @param values the schema of a map's values, where this is a map with free keys
 * @param entries the schema of an array's entries, where this is one
 * @param listKeys the fields whose values together may appear once in this list; empty where it is no map
 */
record Schema(
        JsonNode json,
        String type,
        String pattern,
        Map<String, Schema> properties,
        Optional<Schema> values,
        Optional<Schema> entries,
        List<String> required,
        List<String> choices,
        List<String> listKeys,
        List<Rule> rules) {
    private static final String CRD = "/META-INF/potstill/distillationruns.potstill.dev-v1.yml";

    private static final Schema SILENT = of(MissingNode.getInstance());

    /** A CEL rule of Kubernetes: the rule, what it expects in words, and the field below this that it is about. */
    record Rule(String expression, String expected, String fieldPath) {}

    private static Schema of(JsonNode json) {
        Map<String, Schema> properties = new LinkedHashMap<>();
        json.path("properties").properties().forEach(entry -> properties.put(entry.getKey(), of(entry.getValue())));
        return new Schema(
                json,
                json.path("type").asText(),
                json.path("pattern").asText(),
                Collections.unmodifiableMap(properties),
                Optional.ofNullable(json.get("additionalProperties")).map(Schema::of),
                Optional.ofNullable(json.get("items")).map(Schema::of),
                texts(json.path("required")),
                texts(json.path("enum")),
                texts(json.path("x-kubernetes-list-map-keys")),
                json.path("x-kubernetes-validations")
                        .valueStream()
                        .map(rule -> new Rule(
                                rule.path("rule").asText(),
                                rule.path("message").asText(),
                                rule.path("fieldPath").asText()))
                        .toList());
    }

    /** The schema of a run's spec. */
    static Schema ofSpec() {
        return Lazy.SPEC;
    }

    boolean is(String wanted) {
        return type.equals(wanted);
    }

    Optional<Schema> property(String name) {
        return Optional.ofNullable(properties.get(name));
    }

    /** The schema of an array's entries; one that says nothing where this is none. */
    Schema items() {
        return entries.orElse(SILENT);
    }

    Optional<JsonNode> fallback() {
        return Optional.ofNullable(json.get("default"));
    }

    /** {@code minimum}, {@code maxItems} and the like; missing where there is none. */
    JsonNode bound(String name) {
        return json.path(name);
    }

    boolean isSet() {
        return json.path("x-kubernetes-list-type").asText().equals("set");
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }

    /** Read when it is first asked for. */
    private static final class Lazy {
        private static final Schema SPEC = read();

        private static Schema read() {
            try (InputStream crd = Objects.requireNonNull(Schema.class.getResourceAsStream(CRD), CRD)) {
                JsonNode spec =
                        new YAMLMapper().readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
                if (spec instanceof ObjectNode) {
                    return of(spec);
                }
                throw new IllegalStateException(CRD + " has no schema of spec");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
