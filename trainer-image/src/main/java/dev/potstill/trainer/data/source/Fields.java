package dev.potstill.trainer.data.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.potstill.trainer.text.Message;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The fields of a row that is a JSON object. */
final class Fields {
    private static final ObjectReader JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Lines.MAX_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private static final String ONE_A_LINE =
            "expected a JSON object; where the file is one list, write each of its objects on a line of its own";

    /** What Jackson says of its own settings. */
    private static final Pattern INNARDS = Pattern.compile("\\s*\\([^()]*\\[Source: .*?\\]\\)");

    private Fields() {}

    static JsonNode object(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            if (text.stripLeading().startsWith("[")) {
                throw new Malformed("found the beginning of a list, " + ONE_A_LINE);
            }
            String why = INNARDS.matcher(
                            e.getOriginalMessage().lines().findFirst().orElse(""))
                    .replaceAll("");
            throw new Malformed("found no JSON object (" + why + "), expected one a line");
        }
        if (!json.isObject()) {
            throw new Malformed(
                    "found " + kind(json) + ", " + (json.isArray() ? ONE_A_LINE : "expected a JSON object"));
        }
        return json;
    }

    static boolean isGiven(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    static Message user(String content) {
        return new Message("user", content);
    }

    static String text(JsonNode json, String name) {
        return textOf(json.path(name), name);
    }

    /** A number is as good as its text. */
    static String textOrNumber(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isNumber() ? value.asText() : textOf(value, name);
    }

    /** @param path where the value is, for messages */
    static String textOf(JsonNode value, String path) {
        if (!value.isTextual()) {
            throw new Malformed(path + ": found " + kind(value) + ", expected text");
        }
        String text = value.textValue();
        if (text.indexOf('\0') >= 0) {
            throw new Malformed(path + ": found a NUL character, expected text");
        }
        if (hasHalfPair(text)) {
            throw new Malformed(path + ": found half of a surrogate pair, expected text");
        }
        return text;
    }

    private static boolean hasHalfPair(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    static String kind(JsonNode json) {
        return switch (json.getNodeType()) {
            case MISSING -> "nothing";
            case NULL -> "null";
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "text";
            case NUMBER -> "the number " + json.asText();
            case BOOLEAN -> json.asText();
            default -> "something else";
        };
    }

    /** Their names, for messages; what they hold may be nobody's business. */
    static String names(JsonNode json) {
        List<String> names =
                json.properties().stream().map(Map.Entry::getKey).limit(8).toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
