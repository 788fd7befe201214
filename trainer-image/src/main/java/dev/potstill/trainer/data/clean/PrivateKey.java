package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.Redaction.Span;
import java.util.Optional;

/** A private key as a block, to its end or, where that is cut, to the end of what looks like one. Words about one are none. */
final class PrivateKey {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int LONGEST_TITLE = 60;
    private static final int LONGEST = 20_000;

    /** Characters of a line that is surely of a key; its last may be shorter. */
    private static final int LINE = 16;

    private static final int LONGEST_GAP = 80;

    private PrivateKey() {}

    static Optional<Span> at(String text, int at) {
        if (!text.startsWith(BEGIN, at)) {
            return Optional.empty();
        }
        int limit = Math.min(text.length(), at + LONGEST);
        int name = text.indexOf(DASHES, at + BEGIN.length(), Math.min(limit, at + LONGEST_TITLE));
        if (name < 0 || text.indexOf("PRIVATE KEY", at, name) < 0) {
            return Optional.empty();
        }
        int body = afterHeaders(text, name + DASHES.length(), limit);
        int material = endOfMaterial(text, body, limit);
        if (material == body) {
            return Optional.empty();
        }
        int close = close(text, material, limit);
        return Optional.of(new Span(
                at, close >= 0 ? close : text.substring(material, limit).isBlank() ? limit : material));
    }

    /** After the lines that say how the key is kept: {@code Proc-Type: 4,ENCRYPTED}. */
    private static int afterHeaders(String text, int start, int limit) {
        int at = start;
        while (true) {
            int line = afterGap(text, at, limit);
            int colon = line;
            while (colon < limit && (Character.isLetter(text.charAt(colon)) || text.charAt(colon) == '-')) {
                colon++;
            }
            if (colon == line || colon == limit || text.charAt(colon) != ':' || !isBroken(text, at, line)) {
                return at;
            }
            int end = text.indexOf('\n', colon, limit);
            int written = text.indexOf("\\n", colon, limit);
            int next = end < 0 || written >= 0 && written < end ? written : end;
            if (next < 0) {
                return at;
            }
            at = next;
        }
    }

    private static int endOfMaterial(String text, int start, int limit) {
        int end = start;
        while (true) {
            int from = afterGap(text, end, limit);
            int to = from;
            while (to < limit && isBase64(text.charAt(to))) {
                to++;
            }
            if (!isLine(text, from, to)) {
                return end > start && isLast(text, end, from, to, limit) ? to : end;
            }
            end = to;
        }
    }

    private static boolean isLine(String text, int from, int to) {
        return to - from >= 2 * LINE || to - from >= LINE && Assigned.isMixed(text, from, to);
    }

    /** Whether a short run of characters ends a key: alone on its line. */
    private static boolean isLast(String text, int end, int from, int to, int limit) {
        boolean alone = to == limit || "\r\n\\\"'`".indexOf(text.charAt(to)) >= 0 || text.startsWith(DASHES, to);
        return to > from && isBroken(text, end, from) && alone
                || to > from && text.startsWith(END, afterGap(text, to, limit));
    }

    /** Whether a line ends in what stands between two, be it as written in a string. */
    private static boolean isBroken(String text, int start, int end) {
        return text.indexOf('\n', start, end) >= 0 || text.indexOf("\\n", start, end) >= 0;
    }

    /** After what stands between the lines: their ends, also as written in a string, its quotes, marks of quotations. */
    private static int afterGap(String text, int start, int limit) {
        int at = start;
        while (at < limit && at - start < LONGEST_GAP) {
            char c = text.charAt(at);
            boolean escaped = c == '\\' && at + 1 < limit && "nrt".indexOf(text.charAt(at + 1)) >= 0;
            if (!escaped && c > ' ' && "\\\"'`>#*|,;:".indexOf(c) < 0) {
                break;
            }
            at += escaped ? 2 : 1;
        }
        return Math.min(at, limit);
    }

    /** The end of the block's last line, where it is before another block's first; negative where there is none. */
    private static int close(String text, int from, int limit) {
        int close = text.indexOf(END, from, limit);
        if (close < 0 || text.indexOf(BEGIN, from, close) >= 0) {
            return -1;
        }
        int end = text.indexOf(DASHES, close + END.length(), Math.min(limit, close + LONGEST_TITLE));
        return end < 0 ? -1 : end + DASHES.length();
    }

    private static boolean isBase64(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=';
    }
}
