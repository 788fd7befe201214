package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.Redaction.Span;
import java.util.Optional;

/** E-mail addresses, with letters of any script. */
final class Emails {
    private static final int LONGEST_LOCAL = 64;
    private static final int LONGEST_DOMAIN = 255;

    private Emails() {}

    /** @param at where an {@code @} is */
    static Optional<Span> at(String text, int at) {
        if (at == 0 || at + 1 == text.length()) {
            return Optional.empty();
        }
        boolean unspaced = Domains.isUnspaced(text.charAt(at + 1));
        int end = endOfDomain(text, at + 1, unspaced);
        if (end == at + 1) {
            return Optional.empty();
        }
        int start = startOfLocal(text, at, end, unspaced);
        return start < at
                        && text.charAt(at - 1) != '.'
                        && Domains.isOne(text, at + 1, end)
                        && !LooksLikeCode.isAround(text, start, at, end)
                ? Optional.of(new Span(start, end))
                : Optional.empty();
    }

    private static int endOfDomain(String text, int start, boolean unspaced) {
        int end = start;
        while (end < text.length() && end - start < LONGEST_DOMAIN && Domains.isPart(text.charAt(end), unspaced)) {
            end++;
        }
        while (end > start && ".-".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    private static int startOfLocal(String text, int at, int end, boolean unspaced) {
        int start = at;
        int quote = -1;
        while (start > 0 && at - start < LONGEST_LOCAL && isLocal(text, start - 1, unspaced)) {
            start--;
            quote = text.charAt(start) == '\'' ? start : quote;
        }
        // In f'a@b.com' the quote opens a text, in o'neill@b.com it is part of a name.
        boolean inQuotes = end < text.length()
                && text.charAt(end) == '\''
                && (end + 1 == text.length() || !Character.isLetter(text.charAt(end + 1)))
                && (start == 0 || text.charAt(start - 1) != '\'');
        start = inQuotes && quote >= 0 ? quote + 1 : start;
        while (start < at && ".-+%&".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        return start;
    }

    private static boolean isLocal(String text, int at, boolean unspaced) {
        char c = text.charAt(at);
        return Domains.isPart(c, unspaced)
                || c == '_'
                || c == '%'
                || c == '+'
                || c == '&'
                || c == '\''
                        && at > 0
                        && Character.isLetter(text.charAt(at - 1))
                        && Character.isLetter(text.charAt(at + 1));
    }
}
