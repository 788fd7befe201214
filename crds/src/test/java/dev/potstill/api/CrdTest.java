package dev.potstill.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class CrdTest {
    private static final Path ROOT = Path.of("..");
    private static final String CRD = "distillationruns.potstill.dev-v1.yml";
    private static final GeneratedCrd GENERATED = GeneratedCrd.make();

    @Test
    void the_committed_crd_is_what_the_records_generate() throws IOException {
        isOrBecomes("crds/src/main/resources/META-INF/potstill/" + CRD, GENERATED.yaml());
    }

    @Test
    void the_chart_carries_the_same_crd() throws IOException {
        isOrBecomes("charts/potstill/crds/" + CRD, GENERATED.yaml());
    }

    @Test
    void the_reference_lists_every_field() throws IOException {
        isOrBecomes("docs/api.md", ApiReference.of(GENERATED.schema()));
    }

    @Test
    void every_field_is_described() {
        assertThat(fieldsWhere(field -> !field.has("description"))).isEmpty();
    }

    @Test
    void everything_that_can_grow_is_bounded() {
        assertThat(fieldsWhere(field -> switch (field.path("type").asText()) {
                    case "array" -> !field.has("maxItems") || !field.has("x-kubernetes-list-type");
                    case "string" -> !field.has("maxLength") && !field.has("enum");
                    case "integer" -> !field.has("format");
                    case "object" -> field.has("additionalProperties") && !field.has("maxProperties");
                    default -> false;
                }))
                .isEmpty();
    }

    @Test
    void every_number_a_user_gives_has_a_range() {
        assertThat(fieldsWhere(field -> field.path("type").asText().equals("integer")
                        && !(field.has("minimum") && field.has("maximum"))))
                .allMatch(path -> path.startsWith(".status"));
    }

    @Test
    void every_pattern_is_known_in_words() {
        assertThat(fieldsWhere(field -> field.has("pattern")
                        && Form.inWords(field.path("pattern").asText()).isEmpty()))
                .isEmpty();
    }

    @Test
    void every_rule_says_what_it_expects() {
        assertThat(GENERATED.schema().findValues("x-kubernetes-validations"))
                .isNotEmpty()
                .allSatisfy(rules -> assertThat(rules)
                        .allSatisfy(rule ->
                                assertThat(rule.path("message").asText()).startsWith("expected ")));
    }

    private static List<String> fieldsWhere(Predicate<JsonNode> holds) {
        List<String> paths = new ArrayList<>();
        walk("", GENERATED.schema(), holds, paths);
        return paths;
    }

    private static void walk(String path, JsonNode node, Predicate<JsonNode> holds, List<String> paths) {
        node.path("properties").properties().forEach(property -> {
            String below = path + "." + property.getKey();
            if (holds.test(property.getValue())) {
                paths.add(below);
            }
            walk(below, property.getValue(), holds, paths);
            walk(below + "[]", property.getValue().path("items"), holds, paths);
        });
    }

    private static void isOrBecomes(String name, String expected) throws IOException {
        Path file = ROOT.resolve(name);
        if (Boolean.getBoolean("potstill.write-crd")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
        }
        assertThat(file)
                .as(
                        "%s is generated from the records of dev.potstill.api. To write it anew:%n"
                                + "  mvn -pl crds test -Dtest=CrdTest -Dpotstill.write-crd=true",
                        name)
                .hasContent(expected);
    }
}
