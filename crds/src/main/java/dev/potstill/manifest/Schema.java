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
import java.util.stream.StreamSupport;

/** One node of the CRD's own OpenAPI schema, read once: an operator holds every run against it at every look. */
final class Schema {
    private static final String CRD = "/META-INF/potstill/distillationruns.potstill.dev-v1.yml";

    private static final Schema SILENT = new Schema(MissingNode.getInstance());

    /** A CEL rule of Kubernetes: the rule, what it expects in words, and the field below this that it is about. */
    record Rule(String expression, String expected, String fieldPath) {}

    private final JsonNode json;
    private final String type;
    private final String pattern;
    private final Map<String, Schema> properties = new LinkedHashMap<>();
    private final Optional<Schema> values;
    private final Optional<Schema> items;
    private final List<String> required;
    private final List<String> choices;
    private final List<String> listKeys;
    private final List<Rule> rules;

    private Schema(JsonNode json) {
        this.json = json;
        this.type = text("type");
        this.pattern = text("pattern");
        json.path("properties")
                .properties()
                .forEach(entry -> properties.put(entry.getKey(), new Schema(entry.getValue())));
        this.values = below("additionalProperties");
        this.items = below("items");
        this.required = texts("required");
        this.choices = texts("enum");
        this.listKeys = texts("x-kubernetes-list-map-keys");
        this.rules = StreamSupport.stream(json.path("x-kubernetes-validations").spliterator(), false)
                .map(rule -> new Rule(
                        rule.path("rule").asText(),
                        rule.path("message").asText(),
                        rule.path("fieldPath").asText()))
                .toList();
    }

    /** The schema of a run's spec. */
    static Schema ofSpec() {
        return Lazy.SPEC;
    }

    String type() {
        return type;
    }

    boolean is(String wanted) {
        return type.equals(wanted);
    }

    Optional<Schema> property(String name) {
        return Optional.ofNullable(properties.get(name));
    }

    Map<String, Schema> properties() {
        return Collections.unmodifiableMap(properties);
    }

    /** The schema of a map's values, where this is a map with free keys. */
    Optional<Schema> values() {
        return values;
    }

    /** The schema of an array's entries; one that says nothing where this is none. */
    Schema items() {
        return items.orElse(SILENT);
    }

    Optional<JsonNode> fallback() {
        return Optional.ofNullable(json.get("default"));
    }

    List<String> required() {
        return required;
    }

    List<String> choices() {
        return choices;
    }

    String pattern() {
        return pattern;
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
        return listKeys;
    }

    List<Rule> rules() {
        return rules;
    }

    private Optional<Schema> below(String name) {
        return Optional.ofNullable(json.get(name)).map(Schema::new);
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
