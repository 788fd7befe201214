package dev.potstill.trainer.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** The operators between two values. */
final class Arithmetic {
    private record Operation(String operator, Object left, Object right) {}

    private Arithmetic() {}

    static Object apply(String operator, Object left, Object right) {
        if (operator.equals("~")) {
            return Python.text(left) + Python.text(right);
        }
        requireDefined(left);
        requireDefined(right);
        if (Python.isNumber(left) && Python.isNumber(right)) {
            return left instanceof Double || right instanceof Double || operator.equals("/")
                    ? decimals(operator, Python.number(left), Python.number(right))
                    : integers(operator, (long) Python.number(left), (long) Python.number(right));
        }
        return switch (new Operation(operator, left, right)) {
            case Operation(var plus, String a, String b) when plus.equals("+") -> a + b;
            case Operation(var plus, List<?> a, List<?> b) when plus.equals("+") -> joined(a, b);
            case Operation(var star, String text, Long times) when star.equals("*") -> repeated(text, times);
            case Operation(var star, Long times, String text) when star.equals("*") -> repeated(text, times);
            default ->
                throw new JinjaException(
                        "cannot compute %s %s %s".formatted(Python.kind(left), operator, Python.kind(right)));
        };
    }

    static Object negative(Object value) {
        return value instanceof Double number
                ? (Object) (-number)
                : (Object) Math.negateExact((long) Python.number(value));
    }

    private static Object integers(String operator, long left, long right) {
        if (right == 0 && (operator.equals("//") || operator.equals("%"))) {
            throw new JinjaException("division by zero");
        }
        try {
            return switch (operator) {
                case "+" -> Math.addExact(left, right);
                case "-" -> Math.subtractExact(left, right);
                case "*" -> Math.multiplyExact(left, right);
                case "//" -> Math.floorDiv(left, right);
                case "%" -> Math.floorMod(left, right);
                default -> power((double) left, right);
            };
        } catch (ArithmeticException e) {
            throw new JinjaException("%d %s %d is too large".formatted(left, operator, right));
        }
    }

    private static Object power(double base, long exponent) {
        double power = Math.pow(base, (double) exponent);
        return exponent < 0 ? (Object) power : (Object) (long) power;
    }

    private static Object decimals(String operator, double left, double right) {
        if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new JinjaException("division by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - Math.floor(left / right) * right;
            default -> Math.pow(left, right);
        };
    }

    private static List<Object> joined(List<?> left, List<?> right) {
        List<Object> all = new ArrayList<>(left);
        all.addAll(right);
        return all;
    }

    private static String repeated(String text, long times) {
        return text.repeat(Math.toIntExact(Math.max(0, times)));
    }

    private static void requireDefined(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.used();
        }
    }
}
