package dev.potstill.trainer.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings. */
final class StringMethods {
    /** A field to fill in, or a brace that is written twice and meant once. */
    private static final Pattern FIELD = Pattern.compile("\\{\\{|\\}\\}|\\{(\\w*)\\}");

    private StringMethods() {}

    static Optional<Object> find(String text, String name) {
        Callable method = switch (name) {
            case "strip" -> given -> strip(text, given, true, true);
            case "lstrip" -> given -> strip(text, given, true, false);
            case "rstrip" -> given -> strip(text, given, false, true);
            case "split" -> given -> Splitting.split(text, given);
            case "rsplit" -> given -> Splitting.reversedSplit(text, given);
            case "splitlines" -> _ -> new ArrayList<Object>(text.lines().toList());
            case "partition" ->
                given -> Splitting.partition(text, given.text(0, "sep"), text.indexOf(given.text(0, "sep")), true);
            case "rpartition" ->
                given -> Splitting.partition(text, given.text(0, "sep"), text.lastIndexOf(given.text(0, "sep")), false);
            case "startswith" -> given -> any(given.require(0, "prefix"), text::startsWith);
            case "endswith" -> given -> any(given.require(0, "suffix"), text::endsWith);
            case "removeprefix" ->
                given -> text.startsWith(given.text(0, "prefix"))
                        ? text.substring(given.text(0, "prefix").length())
                        : text;
            case "removesuffix" ->
                given -> text.endsWith(given.text(0, "suffix"))
                        ? text.substring(
                                0, text.length() - given.text(0, "suffix").length())
                        : text;
            case "replace" -> given -> Splitting.replace(text, given);
            case "find" -> given -> place(text, text.indexOf(given.text(0, "sub")));
            case "rfind" -> given -> place(text, text.lastIndexOf(given.text(0, "sub")));
            case "index" -> given -> index(text, given.text(0, "sub"));
            case "count" -> given -> (long) Splitting.count(text, given.text(0, "sub"));
            case "join" ->
                given -> String.join(
                        text,
                        Python.elements(given.require(0, "iterable")).stream()
                                .map(Python::text)
                                .toList());
            case "format" -> given -> formatted(text, given);
            default -> shape(text, name);
        };
        return Optional.ofNullable(method);
    }

    private static @Nullable Callable shape(String text, String name) {
        return switch (name) {
            case "upper" -> _ -> text.toUpperCase(Locale.ROOT);
            case "lower" -> _ -> text.toLowerCase(Locale.ROOT);
            case "title" -> _ -> Text.title(text);
            case "capitalize" -> _ -> Text.capitalize(text);
            case "isdigit", "isnumeric", "isdecimal" -> _ -> all(text, Character::isDigit);
            case "isalpha" -> _ -> all(text, Character::isLetter);
            case "isalnum" -> _ -> all(text, Character::isLetterOrDigit);
            case "isspace" -> _ -> all(text, Text::isSpace);
            case "isupper" ->
                _ -> !text.equals(text.toLowerCase(Locale.ROOT)) && text.equals(text.toUpperCase(Locale.ROOT));
            case "islower" ->
                _ -> !text.equals(text.toUpperCase(Locale.ROOT)) && text.equals(text.toLowerCase(Locale.ROOT));
            default -> null;
        };
    }

    /** Strips white space, or any of the characters given. */
    private static String strip(String text, Given given, boolean front, boolean back) {
        Object set = given.get(0, "chars").orElse(None.NONE);
        IntPredicate goes =
                set instanceof None ? Text::isSpace : c -> Python.text(set).indexOf(c) >= 0;
        int[] points = text.codePoints().toArray();
        int from = 0;
        int to = points.length;
        while (front && from < to && goes.test(points[from])) {
            from++;
        }
        while (back && to > from && goes.test(points[to - 1])) {
            to--;
        }
        return new String(points, from, to - from);
    }

    /** Puts arguments where braces stand: in turn, by number or by name, without a format of their own. */
    private static String formatted(String text, Given given) {
        AtomicInteger turn = new AtomicInteger();
        return FIELD.matcher(text).replaceAll(field -> {
            String name = field.group(1);
            if (name == null) {
                return Matcher.quoteReplacement(field.group().substring(1));
            }
            boolean numbered = name.chars().allMatch(Character::isDigit);
            int position =
                    name.isEmpty() ? turn.getAndIncrement() : numbered ? Integer.parseInt(name) : Integer.MAX_VALUE;
            return Matcher.quoteReplacement(Python.text(given.require(position, name)));
        });
    }

    private static boolean any(Object one, Predicate<String> holds) {
        List<Object> candidates = one instanceof String ? List.of(one) : Python.elements(one);
        return candidates.stream().map(Python::text).anyMatch(holds);
    }

    private static boolean all(String text, IntPredicate holds) {
        return !text.isEmpty() && text.codePoints().allMatch(holds);
    }

    private static long place(String text, int at) {
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static long index(String text, String part) {
        if (!text.contains(part)) {
            throw new JinjaException(Python.shown(part) + " is not in the string");
        }
        return place(text, text.indexOf(part));
    }
}
