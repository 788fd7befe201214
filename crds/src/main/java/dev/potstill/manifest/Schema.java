package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** One node of the CRD's own OpenAPI schema. */
record Schema(JsonNode json) {
    private static final String CRD = "/META-INF/potstill/distillationruns.potstill.dev-v1.yml";

    /** A CEL rule of Kubernetes: the rule, what it expects in words, and the field below this that it is about. */
    record Rule(String expression, String expected, String fieldPath) {}

    /** The schema of a run's spec. */
    static Schema ofSpec() {
        return Lazy.SPEC;
    }

    String type() {
        return text("type");
    }

    boolean is(String type) {
        return type().equals(type);
    }

    Optional<Schema> property(String name) {
        return Optional.ofNullable(json.path("properties").get(name)).map(Schema::new);
    }

    Map<String, Schema> properties() {
        Map<String, Schema> properties = new LinkedHashMap<>();
        json.path("properties")
                .properties()
                .forEach(entry -> properties.put(entry.getKey(), new Schema(entry.getValue())));
        return properties;
    }

    /** The schema of a map's values, where this is a map with free keys. */
    Optional<Schema> values() {
        return Optional.ofNullable(json.get("additionalProperties")).map(Schema::new);
    }

    Schema items() {
        return new Schema(json.path("items"));
    }

    Optional<JsonNode> fallback() {
        return Optional.ofNullable(json.get("default"));
    }

    List<String> required() {
        return texts("required");
    }

    List<String> choices() {
        return texts("enum");
    }

    String pattern() {
        return text("pattern");
    }

    /** {@code minimum}, {@code maxItems} and the like; missing where there is none. */
    JsonNode bound(String name) {
        return json.path(name);
    }

    boolean isSet() {
        return text("x-kubernetes-list-type").equals("set");
    }

    /** The fields whose values together may appear once in this list; empty where it is no map. */
    List<String> listKeys() {
        return texts("x-kubernetes-list-map-keys");
    }

    List<Rule> rules() {
        return StreamSupport.stream(json.path("x-kubernetes-validations").spliterator(), false)
                .map(rule -> new Rule(
                        rule.path("rule").asText(),
                        rule.path("message").asText(),
                        rule.path("fieldPath").asText()))
                .toList();
    }

    private String text(String name) {
        return json.path(name).asText();
    }

    private List<String> texts(String name) {
        return StreamSupport.stream(json.path(name).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Read when it is first asked for. */
    private static final class Lazy {
        private static final Schema SPEC = read();

        private static Schema read() {
            try (InputStream crd = Objects.requireNonNull(Schema.class.getResourceAsStream(CRD), CRD)) {
                JsonNode spec =
                        new YAMLMapper().readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
                if (spec instanceof ObjectNode) {
                    return new Schema(spec);
                }
                throw new IllegalStateException(CRD + " has no schema of spec");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
