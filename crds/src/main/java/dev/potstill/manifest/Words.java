package dev.potstill.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Form;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was found and what was expected, in words. */
final class Words {
    private static final int LONGEST = 60;

    private Words() {}

    static String found(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> quote(value.textValue());
            case NULL, MISSING -> "nothing";
            case NUMBER -> "the number " + value.asText();
            default -> value.asText();
        };
    }

    /** What a rule was broken by: a value, or an object's fields; nothing of a list, whose entries say too much. */
    static String foundInDetail(JsonNode value) {
        if (value.isArray()) {
            return "";
        }
        String all = value.properties().stream()
                .map(field -> field.getKey()
                        + (field.getValue().isContainerNode()
                                ? ""
                                : " " + found(field.getValue()).replace("the number ", "")))
                .collect(Collectors.joining(", "));
        return "found " + (value.isObject() ? all : found(value)) + ", ";
    }

    static String expected(Schema schema) {
        return switch (schema.type()) {
            case "integer" ->
                "a whole number"
                        + range(schema.bound("minimum"), schema.bound("maximum"))
                                .map(range -> ", " + range)
                                .orElse("");
            case "boolean" -> "true or false";
            case "array" -> "a list" + plain(schema.items());
            case "object" -> schema.values().isPresent() ? "names and values" : "an object" + fields(schema);
            default -> text(schema);
        };
    }

    private static String text(Schema schema) {
        if (!schema.choices().isEmpty()) {
            return "one of " + String.join(", ", schema.choices());
        }
        return schema.pattern().isEmpty() ? "text (put it in quotes)" : form(schema.pattern());
    }

    private static String plain(Schema items) {
        return items.choices().isEmpty() ? "" : " of " + String.join(", ", items.choices());
    }

    private static String fields(Schema schema) {
        Collection<String> names =
                schema.required().isEmpty() ? schema.properties().keySet() : schema.required();
        return " with " + names.stream().sorted().collect(Collectors.joining(", "));
    }

    static String form(String pattern) {
        return Form.inWords(pattern).orElse("text that matches " + pattern);
    }

    static String unknown(String name, Collection<String> known) {
        return "found an unknown field, expected " + oneOf(known, name);
    }

    /** The choices, and the one that was most likely meant. */
    static String oneOf(Collection<String> choices, String found) {
        String all = (choices.size() == 1 ? "" : "one of ") + String.join(", ", choices);
        return all
                + Spelling.nearest(found, choices)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
    }

    static Optional<String> range(JsonNode low, JsonNode high) {
        if (low.isNumber() && high.isNumber()) {
            return Optional.of(low.equals(high) ? low.asText() : low.asText() + " to " + high.asText());
        }
        if (low.isNumber()) {
            return Optional.of("at least " + low.asText());
        }
        return high.isNumber() ? Optional.of("at most " + high.asText()) : Optional.empty();
    }

    static String quote(String text) {
        String oneLine = text.replaceAll("\\p{Cntrl}", " ");
        return '"' + (oneLine.length() > LONGEST ? oneLine.substring(0, LONGEST) + "…" : oneLine) + '"';
    }
}
