package dev.potstill.trainer.reward.algebra;

/** Numbers of any script in the digits 0 to 9: Arabic, Devanagari, full-width and others. */
public final class Digits {
    private static final String OTHERS = "\u066B\u066C\u066A\uFF0E\uFF0D";
    private static final String PLAIN = ".,%.-";

    private Digits() {}

    /** The text with such digits, and the marks that numbers have in Arabic or full-width; itself where it has no others. */
    public static String plain(String text) {
        return text.codePoints().allMatch(point -> plain(point) == point)
                ? text
                : text.codePoints()
                        .map(Digits::plain)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    /** Of a digit its value; -1 for what is none. */
    public static int value(int point) {
        if (point < 0x80) {
            return point >= '0' && point <= '9' ? point - '0' : -1;
        }
        return Character.isDigit(point) ? Character.digit(point, 10) : -1;
    }

    private static int plain(int point) {
        if (point < 0x80) {
            return point;
        }
        int mark = OTHERS.indexOf(point);
        int digit = value(point);
        return mark >= 0 ? PLAIN.charAt(mark) : digit >= 0 ? '0' + digit : point;
    }
}
