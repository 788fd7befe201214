package dev.potstill.trainer.text.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What Python means by true, equal, less and text. Its values are {@link String}, {@link Long}, {@link Double}, {@link Boolean},
 * {@link List}, {@link Map}, {@link None}, {@link Undefined}, {@link Namespace} and {@link Callable}.
 */
final class Python {
    private Python() {}

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case None _, Undefined _ -> false;
            default -> true;
        };
    }

    /** {@code str(value)}. */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined _ -> "";
            default -> shown(value);
        };
    }

    /** {@code repr(value)}. */
    static String shown(Object value) {
        return switch (value) {
            case String text -> quoted(text);
            case Boolean flag -> flag ? "True" : "False";
            case None _ -> "None";
            case Undefined _ -> "Undefined";
            case Double number -> decimal(number);
            case List<?> list -> list.stream().map(Python::shown).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(e -> shown(e.getKey()) + ": " + shown(e.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case Long number -> number.toString();
            default -> throw new JinjaException(kind(value) + " has no text");
        };
    }

    /** Java and Python write the same digits, and an exponent from 1e16 on and below 1e-4 in Python. */
    static String decimal(double number) {
        double size = Math.abs(number);
        if (Double.isInfinite(number) || Double.isNaN(number)) {
            return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }
        if (size != 0 && (size >= 1e16 || size < 1e-4)) {
            String[] parts = Double.toString(number).split("E", 2);
            int exponent = Integer.parseInt(parts[1]);
            return parts[0].replaceFirst("\\.0$", "")
                    + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
        }
        String plain = new BigDecimal(Double.toString(number)).toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        String escaped = text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
        return quote + escaped.replace(quote == '\'' ? "'" : "\"", "\\" + quote) + quote;
    }

    static boolean equal(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return number(left) == number(right);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            boolean same = a.size() == b.size();
            for (int i = 0; same && i < a.size(); i++) {
                same = equal(a.get(i), b.get(i));
            }
            return same;
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return a.keySet().equals(b.keySet())
                    && a.entrySet().stream().allMatch(e -> equal(e.getValue(), Access.element(b, e.getKey())));
        }
        return left instanceof Undefined ? right instanceof Undefined : left.equals(right);
    }

    static int compare(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return Double.compare(number(left), number(right));
        }
        if (left instanceof String a && right instanceof String b) {
            return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                if (!equal(a.get(i), b.get(i))) {
                    return compare(a.get(i), b.get(i));
                }
            }
            return Integer.compare(a.size(), b.size());
        }
        throw new JinjaException("cannot tell which of %s and %s is less".formatted(kind(left), kind(right)));
    }

    /** {@code element in container}. */
    static boolean contains(Object container, Object element) {
        return switch (container) {
            case String text when element instanceof String part -> text.contains(part);
            case Map<?, ?> map -> map.containsKey(element);
            case List<?> list -> list.stream().anyMatch(each -> equal(each, element));
            case Undefined _ -> false;
            default -> throw new JinjaException("cannot look for %s in %s".formatted(kind(element), kind(container)));
        };
    }

    /** What a loop goes over: elements, keys or characters. */
    static List<Object> elements(Object value) {
        return switch (value) {
            case List<?> list -> new ArrayList<>(list);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text ->
                text.codePoints().mapToObj(Character::toString).collect(Collectors.toCollection(ArrayList::new));
            case Undefined _ -> List.of();
            default -> throw new JinjaException(kind(value) + " cannot be gone through one by one");
        };
    }

    static long length(Object value) {
        return value instanceof String text
                ? Text.length(text)
                : elements(value).size();
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double number(Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag ? 1 : 0;
            default -> throw new JinjaException(kind(value) + " is not a number");
        };
    }

    /** What a value is, for messages. */
    static String kind(Object value) {
        return switch (value) {
            case String _ -> "a string";
            case Boolean _ -> "a boolean";
            case Long _, Double _ -> "a number";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a dictionary";
            case None _ -> "None";
            case Undefined undefined -> undefined.what() + ", which is undefined,";
            case Callable _ -> "a function";
            default -> "a namespace";
        };
    }
}
