package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.Redaction.Span;
import java.util.Optional;

/** The password of {@code scheme://user:password@host}. */
final class AddressPassword {
    private static final int LONGEST = 200;

    private AddressPassword() {}

    /** @param start after the scheme */
    static Optional<Span> after(String text, int start) {
        int limit = Math.min(text.length(), start + LONGEST);
        int colon = start;
        while (colon < limit && text.charAt(colon) != ':') {
            if (isEnd(text.charAt(colon)) || "@/?#".indexOf(text.charAt(colon)) >= 0) {
                return Optional.empty();
            }
            colon++;
        }
        int at = colon + 1;
        while (at < limit && text.charAt(at) != '@') {
            if (isEnd(text.charAt(at))) {
                return Optional.empty();
            }
            at++;
        }
        if (at >= limit || at == colon + 1) {
            return Optional.empty();
        }
        int end = lastAt(text, at, limit);
        return isPassword(text, colon + 1, end) ? Optional.of(new Span(colon + 1, end)) : Optional.empty();
    }

    /** The last sign before the host: a password may have one too. */
    private static int lastAt(String text, int first, int limit) {
        int last = first;
        for (int i = first + 1;
                i < limit && !isEnd(text.charAt(i)) && "/?#,;<>()[]{}".indexOf(text.charAt(i)) < 0;
                i++) {
            last = text.charAt(i) == '@' ? i : last;
        }
        return last;
    }

    private static boolean isEnd(char c) {
        return c <= ' ' || c == '"' || c == '\'';
    }

    /** After a port begins a path, in which a sign means something else. */
    private static boolean isPassword(String text, int start, int end) {
        int slash = text.indexOf('/', start, end);
        boolean port = slash > start && text.substring(start, slash).chars().allMatch(c -> c >= '0' && c <= '9');
        return slash != start
                && !port
                && (slash < 0 || Assigned.isMixed(text, start, end))
                && !Secrets.isPlaceholder(text.substring(start, end));
    }
}
