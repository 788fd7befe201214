package dev.potstill.trainer.text.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;

/** What {@code value | name(arguments)} is. */
final class Filters {
    private Filters() {}

    static Object apply(String name, Object value, Given given) {
        return switch (name) {
            case "tojson" -> JsonText.of(defined(value), given);
            case "default", "d" ->
                value instanceof Undefined || (given.flag(1, "boolean", false) && !Python.isTrue(value))
                        ? given.get(0, "default_value").orElse("")
                        : value;
            case "length", "count" -> Python.length(value);
            case "items" -> value instanceof Map<?, ?> map ? CollectionMethods.items(map) : Python.elements(value);
            case "abs" ->
                value instanceof Long number ? (Object) Math.abs(number) : (Object) Math.abs(Python.number(value));
            case "int" -> integer(value, given.integer(0, "default", 0));
            case "float" -> decimal(value);
            case "round" -> round(value, given);
            case "trim",
                    "string",
                    "safe",
                    "upper",
                    "lower",
                    "title",
                    "capitalize",
                    "replace",
                    "indent",
                    "escape",
                    "e" -> text(name, Python.text(value), given);
            default -> ListFilters.apply(name, value, given);
        };
    }

    private static String text(String name, String text, Given given) {
        return switch (name) {
            case "trim" -> given.get(0, "chars").isPresent() ? called(text, "strip", given) : Text.strip(text);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "title" -> Text.title(text);
            case "capitalize" -> Text.capitalize(text);
            case "replace" -> called(text, "replace", given);
            case "indent" -> indented(text, given);
            case "escape", "e" ->
                text.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("'", "&#39;")
                        .replace("\"", "&#34;");
            default -> text;
        };
    }

    private static String called(String text, String method, Given given) {
        return Python.text(((Callable) StringMethods.find(text, method).orElseThrow()).call(given));
    }

    /** Indents every line but the first, and empty ones only where asked to. */
    private static String indented(String text, Given given) {
        Object width = given.get(0, "width").orElse(4L);
        String space = width instanceof Long spaces ? " ".repeat(spaces.intValue()) : Python.text(width);
        boolean blank = given.flag(2, "blank", false);
        String[] lines = text.split("\n", -1);
        for (int i = given.flag(1, "first", false) ? 0 : 1; i < lines.length; i++) {
            lines[i] = lines[i].isEmpty() && !blank ? "" : space + lines[i];
        }
        return String.join("\n", lines);
    }

    private static long integer(Object value, long otherwise) {
        try {
            return value instanceof String text
                    ? new BigDecimal(text.strip()).longValue()
                    : (long) Python.number(value);
        } catch (NumberFormatException | JinjaException e) {
            return otherwise;
        }
    }

    private static double decimal(Object value) {
        try {
            return value instanceof String text ? Double.parseDouble(text) : Python.number(value);
        } catch (NumberFormatException | JinjaException e) {
            return 0;
        }
    }

    private static double round(Object value, Given given) {
        RoundingMode mode = switch (given.text(1, "method", "common")) {
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> RoundingMode.HALF_EVEN;
        };
        return new BigDecimal(Python.number(value))
                .setScale((int) given.integer(0, "precision", 0), mode)
                .doubleValue();
    }

    static Object defined(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.used();
        }
        return value;
    }
}
