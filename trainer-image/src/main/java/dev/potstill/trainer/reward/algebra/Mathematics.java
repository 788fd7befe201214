package dev.potstill.trainer.reward.algebra;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A mathematical answer: an expression, or several in order (a point, an interval) or without one (a set, a union, the solutions of an
 * equation).
 */
public sealed interface Mathematics {
    /** Points at which expressions with names are compared, and how many of them must tell. */
    int POINTS = 16;

    int TELLING = 4;

    /** Roundings of floating point may differ by this, relatively. */
    double CLOSE = 1e-10;

    /** Longer texts are no answers. */
    int LONGEST = 400;

    record Value(Expression expression) implements Mathematics {}

    /** @param brackets the first and the last */
    record Ordered(String brackets, List<Mathematics> parts) implements Mathematics {
        public Ordered {
            parts = List.copyOf(parts);
        }
    }

    record Unordered(List<Mathematics> parts) implements Mathematics {
        public Unordered {
            parts = List.copyOf(parts);
        }
    }

    /** Reads an answer without the words around it; empty where it is none. */
    static Optional<Mathematics> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        String plain = Notation.plain(text);
        return Notation.hasWords(plain) ? Optional.empty() : parts(plain, 0);
    }

    /** Whether two answers that cannot be read are at least written alike. */
    static boolean isWrittenAlike(String one, String two) {
        return Notation.squeezed(one).equals(Notation.squeezed(two));
    }

    private static Optional<Mathematics> parts(String text, int depth) {
        if (text.isBlank() || depth > 4) {
            return Optional.empty();
        }
        List<String> union = Brackets.split(text, "\\cup");
        if (union.size() > 1) {
            return all(union, depth).map(Unordered::new);
        }
        List<String> list = Brackets.split(text, ",");
        if (list.size() > 1) {
            return all(list, depth).map(Unordered::new);
        }
        Optional<String> set = Brackets.inside(text, "\\{", "\\}");
        if (set.isPresent()) {
            return all(Brackets.split(set.get(), ","), depth).map(Unordered::new);
        }
        Optional<Mathematics> ordered = ordered(text, depth);
        return ordered.isPresent() ? ordered : eitherSign(text, depth);
    }

    private static Optional<Mathematics> ordered(String text, int depth) {
        for (String open : List.of("(", "[")) {
            for (String close : List.of(")", "]")) {
                Optional<List<String>> parts = Brackets.inside(text, open, close)
                        .map(inner -> Brackets.split(inner, ","))
                        .filter(list -> list.size() > 1);
                if (parts.isPresent()) {
                    return all(parts.get(), depth).map(list -> new Ordered(open + close, list));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Mathematics> eitherSign(String text, int depth) {
        if (text.contains("\\pm")) {
            return all(List.of(text.replace("\\pm", "+"), text.replace("\\pm", "-")), depth)
                    .map(Unordered::new);
        }
        return Dates.isOne(text) ? Optional.empty() : Parser.parse(text).map(Value::new);
    }

    private static Optional<List<Mathematics>> all(List<String> texts, int depth) {
        List<Mathematics> parts = new ArrayList<>();
        for (String text : texts) {
            Optional<Mathematics> part = parts(text.strip(), depth + 1);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            parts.add(part.get());
        }
        return Optional.of(parts);
    }

    /** Whether this and the other are the same; a set of one is that one. */
    default boolean isSame(Mathematics other) {
        return switch (this) {
            case Unordered(var parts)
            when parts.size() == 1 && !(other instanceof Unordered) ->
                parts.getFirst().isSame(other);
            case Value(var one) when other instanceof Value(var two) -> isSame(one, two);
            case Value value -> other instanceof Unordered(var parts) && parts.size() == 1 && other.isSame(this);
            case Ordered(var brackets, var parts) ->
                other instanceof Ordered(var others, var more)
                        && brackets.equals(others)
                        && parts.size() == more.size()
                        && isSameInTurn(parts, more);
            case Unordered(var parts) ->
                other instanceof Unordered(var more) && covers(parts, more) && covers(more, parts);
        };
    }

    private static boolean isSameInTurn(List<Mathematics> parts, List<Mathematics> others) {
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).isSame(others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean covers(List<Mathematics> parts, List<Mathematics> others) {
        return others.stream().allMatch(other -> parts.stream().anyMatch(part -> part.isSame(other)));
    }

    /** Equal as fractions where they have names only, at many points where they do not (Schwartz, 1980). */
    private static boolean isSame(Expression one, Expression two) {
        Set<String> names = new TreeSet<>(one.variables());
        names.addAll(two.variables());
        if (names.isEmpty()) {
            return compare(one, two, Map.of()).orElse(false);
        }
        SplittableRandom random = new SplittableRandom(1);
        int told = 0;
        for (int point = 0; point < POINTS; point++) {
            Map<String, Rational> at = new HashMap<>();
            for (String name : names) {
                long top = 1 + random.nextInt(60);
                // Most points are positive: roots and logarithms are defined there.
                at.put(name, Rational.of(point % 4 == 3 ? -top : top, 7 + random.nextInt(12)));
            }
            Optional<Boolean> same = compare(one, two, at);
            if (same.isPresent() && !same.get()) {
                return false;
            }
            told += same.isPresent() ? 1 : 0;
        }
        return told >= TELLING;
    }

    /** Whether they are equal at a point; empty where either is not defined there. */
    private static Optional<Boolean> compare(Expression one, Expression two, Map<String, Rational> at) {
        Optional<Rational> first = one.exact(at);
        Optional<Rational> second = two.exact(at);
        if (first.isPresent() && second.isPresent()) {
            return Optional.of(first.equals(second));
        }
        double left = one.near(at);
        double right = two.near(at);
        if (Double.isNaN(left) || Double.isNaN(right)) {
            return Optional.empty();
        }
        double size = Math.max(Math.abs(left), Math.abs(right));
        return Optional.of(left == right || Double.isFinite(size) && Math.abs(left - right) <= CLOSE * size);
    }
}
