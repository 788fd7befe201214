package dev.potstill.trainer.text.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether {@code value is name(arguments)}. */
final class Tests {
    private Tests() {}

    static boolean holds(String name, Object value, Given given) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value instanceof None;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "true" -> value.equals(true);
            case "false" -> value.equals(false);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "number" -> Python.isNumber(value);
            case "mapping" -> value instanceof Map<?, ?>;
            case "sequence", "iterable" ->
                value instanceof String
                        || value instanceof List<?>
                        || value instanceof Map<?, ?>
                        || value instanceof Undefined;
            case "callable" -> value instanceof Callable;
            default -> compared(name, value, given);
        };
    }

    private static boolean compared(String name, Object value, Given given) {
        return switch (name) {
            case "equalto", "eq", "==" -> Python.equal(value, given.require(0, "other"));
            case "sameas" -> value.equals(given.require(0, "other"));
            case "ne", "!=" -> !Python.equal(value, given.require(0, "other"));
            case "lt", "lessthan", "<" -> Python.compare(value, given.require(0, "other")) < 0;
            case "le", "<=" -> Python.compare(value, given.require(0, "other")) <= 0;
            case "gt", "greaterthan", ">" -> Python.compare(value, given.require(0, "other")) > 0;
            case "ge", ">=" -> Python.compare(value, given.require(0, "other")) >= 0;
            case "in" -> Python.contains(given.require(0, "seq"), value);
            case "odd" -> Python.number(value) % 2 != 0;
            case "even" -> Python.number(value) % 2 == 0;
            case "divisibleby" -> Python.number(value) % Python.number(given.require(0, "num")) == 0;
            case "upper" -> Python.text(value).equals(Python.text(value).toUpperCase(Locale.ROOT));
            case "lower" -> Python.text(value).equals(Python.text(value).toLowerCase(Locale.ROOT));
            default -> throw new JinjaException("the test '" + name + "' is not supported");
        };
    }
}
