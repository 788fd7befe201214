package dev.potstill.trainer.data.clean;

/** Names of domains: labels with a dot between them, the last of letters alone. */
final class Domains {
    private static final int SHORTEST_TOP = 2;
    private static final int LONGEST_TOP = 24;

    private Domains() {}

    static boolean isOne(String text, int start, int end) {
        int dot = end - 1;
        while (dot > start && text.charAt(dot) != '.') {
            dot--;
        }
        if (dot <= start || text.charAt(start) == '.') {
            return false;
        }
        for (int i = start; i < dot; i++) {
            if (text.charAt(i) == '.' && text.charAt(i + 1) == '.') {
                return false;
            }
        }
        return text.startsWith("xn--", dot + 1) || isTop(text, dot + 1, end);
    }

    /** Letters in one case, or all but the first: what goes on in capitals is a name of a program. */
    private static boolean isTop(String text, int start, int end) {
        int length = end - start;
        if (length < SHORTEST_TOP || length > LONGEST_TOP || isMark(text.charAt(start))) {
            return false;
        }
        boolean small = false;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (small && Character.isUpperCase(c) || !Character.isLetter(c) && !isMark(c)) {
                return false;
            }
            small |= Character.isLowerCase(c);
        }
        return true;
    }

    /** @param unspaced whether letters of scripts without spaces count too */
    static boolean isPart(char c, boolean unspaced) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '-'
                || c >= 0xAA && (Character.isLetterOrDigit(c) || isMark(c)) && (unspaced || !isUnspaced(c));
    }

    /** Signs of vowels and accents that are characters of their own. */
    private static boolean isMark(char c) {
        return c >= 0x300
                && (Character.getType(c) == Character.NON_SPACING_MARK
                        || Character.getType(c) == Character.COMBINING_SPACING_MARK);
    }

    /** Letters of scripts in which an address may stand with no space around it: Thai, Lao, Tibetan, Burmese, Korean, Khmer, Chinese, Japanese. */
    static boolean isUnspaced(char c) {
        return c >= 0xE00 && c < 0x10A0 || c >= 0x1100 && c < 0x1200 || c >= 0x1780 && c < 0x1800 || c >= 0x2E80;
    }
}
