package dev.potstill.trainer.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The methods of Python's strings that look for a part of one. */
final class Splitting {
    private Splitting() {}

    static List<Object> split(String text, Given given) {
        long most = given.integer(1, "maxsplit", -1);
        List<Object> parts = new ArrayList<>();
        if (!(given.get(0, "sep").orElse(None.NONE) instanceof String separator)) {
            return words(Text.strip(text), most);
        }
        int at = 0;
        for (int next; (most < 0 || parts.size() < most) && (next = text.indexOf(nonEmpty(separator), at)) >= 0; ) {
            parts.add(text.substring(at, next));
            at = next + separator.length();
        }
        return with(parts, text.substring(at));
    }

    /** Parts between white space; what is left after the last split keeps its own. */
    private static List<Object> words(String stripped, long most) {
        if (stripped.isEmpty()) {
            return List.of();
        }
        int limit = most < 0 ? -1 : Math.toIntExact(most + 1);
        return List.of((Object[]) stripped.split("[\\s\\p{Z}]+", limit));
    }

    static List<Object> reversedSplit(String text, Given given) {
        long most = given.integer(1, "maxsplit", -1);
        if (most < 0) {
            return split(text, given);
        }
        String separator = given.text(0, "sep");
        List<Object> parts = new ArrayList<>();
        int end = text.length();
        for (int next;
                parts.size() < most
                        && (next = text.lastIndexOf(nonEmpty(separator), end - separator.length())) >= 0; ) {
            parts.addFirst(text.substring(next + separator.length(), end));
            end = next;
        }
        parts.addFirst(text.substring(0, end));
        return parts;
    }

    private static List<Object> with(List<Object> parts, String last) {
        parts.add(last);
        return parts;
    }

    static List<Object> partition(String text, String separator, int at, boolean fromFront) {
        if (at < 0) {
            return fromFront ? List.of(text, "", "") : List.of("", "", text);
        }
        return List.of(text.substring(0, at), nonEmpty(separator), text.substring(at + separator.length()));
    }

    static String replace(String text, Given given) {
        String old = given.text(0, "old");
        long most = given.integer(2, "count", -1);
        if (most < 0) {
            return text.replace(old, given.text(1, "new"));
        }
        List<Object> parts = split(text, new Given(List.of(old, most), Map.of()));
        return String.join(
                given.text(1, "new"), parts.stream().map(Python::text).toList());
    }

    static int count(String text, String part) {
        return split(text, new Given(List.of(part), Map.of())).size() - 1;
    }

    private static String nonEmpty(String separator) {
        if (separator.isEmpty()) {
            throw new JinjaException("cannot split at an empty separator");
        }
        return separator;
    }
}
