package dev.potstill.trainer.data.clean;

/**
 * Fenced code, as CommonMark has it: a line that starts with three backticks or more opens it, and as many close it. Models also open one
 * at the end of a line of text; a fence that is only spoken of opens none.
 */
final class Fences {
    private static final String FENCE = "```";

    private Fences() {}

    static boolean leftOpen(String text) {
        int open = 0;
        int fences = 0;
        int at = text.indexOf(FENCE);
        while (at >= 0) {
            int end = at;
            while (end < text.length() && text.charAt(end) == '`') {
                end++;
            }
            fences++;
            if (open == 0) {
                open = opens(text, at, end) ? end - at : 0;
            } else if (end - at >= open) {
                open = 0;
            }
            at = text.indexOf(FENCE, end);
        }
        return open > 0 && fences % 2 == 1; // else one that was spoken of may have been taken for the other of a pair
    }

    private static boolean opens(String text, int start, int end) {
        return startsLine(text, start) || endsLine(text, end);
    }

    private static boolean startsLine(String text, int start) {
        int before = start - 1;
        while (before >= 0 && (text.charAt(before) == ' ' || text.charAt(before) == '\t')) {
            before--;
        }
        return before < 0 || text.charAt(before) == '\n';
    }

    /** After the name of a language, if any, and with code on the next line. */
    private static boolean endsLine(String text, int end) {
        int after = end;
        while (after < text.length() && Character.isLetterOrDigit(text.charAt(after))) {
            after++;
        }
        return after < text.length() && text.charAt(after) == '\n';
    }
}
