package dev.potstill.trainer.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code json.dumps} as chat templates use it: characters as they are, and by default a space after each comma and colon. */
final class JsonText {
    private final String comma;
    private final String colon;
    private final int indent;
    private final boolean sorted;

    private JsonText(Given given) {
        this.indent = given.get(1, "indent").orElse(None.NONE) instanceof Long spaces ? spaces.intValue() : -1;
        this.sorted = given.flag(3, "sort_keys", false);
        List<Object> separators = given.get(2, "separators")
                .filter(Python::isTrue)
                .map(Python::elements)
                .orElse(List.of(indent < 0 ? ", " : ",", ": "));
        this.comma = Python.text(separators.get(0));
        this.colon = Python.text(separators.get(1));
    }

    static String of(Object value, Given given) {
        return new JsonText(given).write(value, 1);
    }

    private String write(Object value, int depth) {
        return switch (value) {
            case String text -> quoted(text);
            case Boolean flag -> flag.toString();
            case None _ -> "null";
            case Long number -> number.toString();
            case Double number -> Python.decimal(number);
            case List<?> list ->
                bracketed("[", list.stream().map(e -> write(e, depth + 1)).toList(), "]", depth);
            case Map<?, ?> map -> object(map, depth);
            default -> throw new JinjaException(Python.kind(value) + " cannot be written as JSON");
        };
    }

    private String object(Map<?, ?> map, int depth) {
        Map<String, Object> named = new LinkedHashMap<>();
        map.forEach((key, value) -> named.put(key instanceof String text ? text : write(key, depth), value));
        List<String> fields = new ArrayList<>();
        (sorted ? new TreeMap<>(named) : named)
                .forEach((key, value) -> fields.add(quoted(key) + colon + write(value, depth + 1)));
        return bracketed("{", fields, "}", depth);
    }

    private String bracketed(String open, List<String> elements, String close, int depth) {
        if (indent < 0 || elements.isEmpty()) {
            return open + String.join(comma, elements) + close;
        }
        String line = "\n" + " ".repeat(indent * depth);
        return open + line + String.join(comma + line, elements) + "\n" + " ".repeat(indent * (depth - 1)) + close;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                default -> quoted.append(c < 0x20 ? "\\u%04x".formatted((int) c) : String.valueOf(c));
            }
        }
        return quoted.append('"').toString();
    }
}
