package dev.potstill.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The reference of every field, as a page of Markdown. */
final class ApiReference {
    private static final String HEADING = """
            # DistillationRun, potstill.dev/v1alpha1

            Every field of the resource, in the order of the API. Fields that are left out take the default; it is the
            method's value. **required** marks those that have none. A `[]` in a path is any entry of a list.
            The page is generated from the records of `dev.potstill.api`; `CrdTest` says how to write it anew.

            A manifest is held against this page, and against the rules below it, before anything runs; each violation is
            a line that names the field, what was found and what was expected.
            """;

    private final StringBuilder page = new StringBuilder(HEADING);
    private final List<String> rules = new ArrayList<>();

    private ApiReference() {}

    static String of(ObjectNode schema) {
        ApiReference reference = new ApiReference();
        for (String part : List.of("spec", "status")) {
            JsonNode root = schema.path("properties").path(part);
            reference.page.append("\n## ").append(part).append("\n\n");
            reference.page.append(root.path("description").asText()).append("\n\n");
            reference.page.append("| Field | Type | Default | Range | What it is |\n|---|---|---|---|---|\n");
            reference.fields(part, root);
        }
        reference.page.append("\n## Rules\n\n| Where | Rule (CEL) |\n|---|---|\n");
        reference.rules.forEach(reference.page::append);
        return reference.page.toString();
    }

    private void fields(String path, JsonNode node) {
        for (JsonNode rule : node.path("x-kubernetes-validations")) {
            rules.add("| `%s` | `%s` |%n"
                    .formatted(
                            path + rule.path("fieldPath").asText(),
                            cell(rule.path("rule").asText())));
        }
        List<String> required = texts(node.path("required"));
        for (Map.Entry<String, JsonNode> property : node.path("properties").properties()) {
            JsonNode field = property.getValue();
            String below = path + "." + property.getKey();
            String fallback = required.contains(property.getKey()) ? "**required**" : fallback(field);
            page.append("| `%s` | %s | %s | %s | %s |%n"
                    .formatted(
                            below,
                            type(field),
                            fallback,
                            range(field),
                            cell(field.path("description").asText())));
            fields(below, field);
            fields(below + "[]", field.path("items"));
        }
    }

    private static String type(JsonNode field) {
        return switch (field.path("type").asText()) {
            case "array" -> (isSet(field) ? "set of " : "list of ") + type(field.path("items"));
            case "object" -> field.has("additionalProperties") ? "map of text to text" : "object";
            case "string" -> field.has("enum") ? "choice" : "text";
            case String other -> other;
        };
    }

    private static boolean isSet(JsonNode field) {
        return field.path("x-kubernetes-list-type").asText().equals("set");
    }

    private static String fallback(JsonNode field) {
        JsonNode fallback = field.path("default");
        boolean shownBelow = fallback.isMissingNode() || fallback.isObject();
        return shownBelow ? "" : "`" + fallback + "`";
    }

    private static String range(JsonNode field) {
        List<String> parts = new ArrayList<>();
        bounds("", field.path("minimum"), field.path("maximum"), parts);
        bounds(" entries", field.path("minItems"), field.path("maxItems"), parts);
        bounds(" entries", field.path("minProperties"), field.path("maxProperties"), parts);
        bounds(" characters", field.path("minLength"), field.path("maxLength"), parts);
        JsonNode values = field.has("enum") ? field : field.path("items");
        texts(values.path("enum")).stream()
                .reduce((all, next) -> all + ", " + next)
                .ifPresent(parts::add);
        if (field.has("x-kubernetes-list-map-keys")) {
            parts.add("one entry for each " + String.join(" and ", texts(field.path("x-kubernetes-list-map-keys"))));
        }
        if (field.has("pattern")) {
            parts.add(Form.inWords(field.path("pattern").asText()).orElseThrow());
        }
        return cell(String.join("; ", parts));
    }

    private static void bounds(String unit, JsonNode low, JsonNode high, List<String> parts) {
        if (low.isNumber() && high.isNumber()) {
            parts.add(low + " to " + high + unit);
        } else if (high.isNumber()) {
            parts.add("at most " + high + unit);
        }
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toList());
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
