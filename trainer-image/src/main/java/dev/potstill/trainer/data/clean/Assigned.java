package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.Redaction.Span;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Values given to a name that says they are secret: {@code api_key = "…"}, {@code password: …}. */
final class Assigned {
    private static final List<String> NAMES = List.of(
            "password",
            "passwd",
            "pwd",
            "secret",
            "token",
            "apikey",
            "api_key",
            "api-key",
            "access_key",
            "accesskey",
            "secret_key",
            "private_key",
            "auth_key",
            "client_secret",
            "credential");

    private static final int LONGEST_NAME = 40;
    private static final int SHORTEST_PASSWORD = 6;
    private static final int SHORTEST_KEY = 12;

    /** Of a quote within a text within a text. */
    private static final int MOST_ESCAPES = 3;

    /** Bits of chance a character that words of a language do not have. */
    private static final double CHANCE = 2.8;

    private Assigned() {}

    /** @param at where {@code =} or {@code :} is */
    static Optional<Span> at(String text, int at) {
        int end = at;
        while (end > 0 && " \"'\\".indexOf(text.charAt(end - 1)) >= 0 && at - end <= MOST_ESCAPES + 1) {
            end--;
        }
        int start = end;
        while (start > 0 && end - start < LONGEST_NAME && Secrets.isToken(text.charAt(start - 1))) {
            start--;
        }
        if (end - start < 3) {
            return Optional.empty();
        }
        String name = text.substring(start, end).toLowerCase(Locale.ROOT);
        return NAMES.stream().filter(name::endsWith).findFirst().flatMap(known -> value(text, at + 1, known));
    }

    private static Optional<Span> value(String text, int from, String name) {
        int start = from;
        while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '=') && start - from < 3) {
            start++;
        }
        String quote = quote(text, start);
        boolean quoted = !quote.isEmpty();
        start += quote.length();
        int end = start;
        while (end < text.length() && isIn(text.charAt(end), quoted) && !(quoted && text.startsWith(quote, end))) {
            end++;
        }
        if (!quoted) {
            while (end > start && ".!?".indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
        }
        boolean password = name.startsWith("pass") || name.equals("pwd");
        boolean closed = text.startsWith(quote, end);
        return closed && isSecret(text, start, end, password) ? Optional.of(new Span(start, end)) : Optional.empty();
    }

    /** The quote that opens a value, with the backslashes before it where it stands in a quoted text; empty where none does. */
    private static String quote(String text, int start) {
        int at = start;
        while (at < text.length() && text.charAt(at) == '\\' && at - start < MOST_ESCAPES) {
            at++;
        }
        return at < text.length() && "\"'`".indexOf(text.charAt(at)) >= 0 ? text.substring(start, at + 1) : "";
    }

    private static boolean isIn(char c, boolean quoted) {
        return c > ' ' && c < 0x7F && (quoted || ",;()<>[]{}\"'`".indexOf(c) < 0);
    }

    private static boolean isSecret(String text, int start, int end, boolean password) {
        int length = end - start;
        if (length < (password ? SHORTEST_PASSWORD : SHORTEST_KEY) || length > 400) {
            return false;
        }
        // A call, an element or a variable's value is code, and no secret.
        boolean code = end < text.length() && "([".indexOf(text.charAt(end)) >= 0;
        return !code && isMixed(text, start, end) && !Secrets.isPlaceholder(text.substring(start, end));
    }

    /** Letters and digits, as if by chance. */
    static boolean isMixed(String text, int start, int end) {
        var counts = new int[128];
        boolean letter = false;
        boolean digit = false;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            counts[c & 127]++;
            digit |= c >= '0' && c <= '9';
            letter |= c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
        }
        double bits = 0;
        for (int count : counts) {
            double share = count / (double) (end - start);
            bits -= count == 0 ? 0 : share * Math.log(share) / Math.log(2);
        }
        return letter && digit && bits >= Math.min(CHANCE, Math.log(end - start) / Math.log(2) * 0.8);
    }
}
