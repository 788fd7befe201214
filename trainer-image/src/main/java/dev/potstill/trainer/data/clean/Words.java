package dev.potstill.trainer.data.clean;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** A text without what two copies of it may differ in: case, spacing, punctuation and the forms of letters. */
public final class Words {
    /** Marks are part of the letter that they stand on (in Hindi they are the vowels); on anything else they are nothing. */
    private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}\\p{M}]++\\p{M}*+");

    private Words() {}

    public static String normal(String text) {
        return isAscii(text) ? ofAscii(text) : ofAny(text);
    }

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String ofAscii(String text) {
        var normal = new StringBuilder(text.length());
        boolean between = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char lower = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
            if (lower >= 'a' && lower <= 'z' || lower >= '0' && lower <= '9') {
                normal.append(between && !normal.isEmpty() ? " " : "").append(lower);
                between = false;
            } else {
                between = true;
            }
        }
        return normal.toString();
    }

    private static String ofAny(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return BETWEEN.matcher(plain).replaceAll(" ").strip();
    }
}
