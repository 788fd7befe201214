package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.reward.algebra.Digits;
import dev.potstill.trainer.text.Message;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What tells problems apart that are worded alike: of a question its numbers, the signs between them, and English words for either; of
 * an answer the last number. Numbers are the same in the digits of any script.
 */
final class Quantities {
    private static final Set<String> WORDS = Set.of("""
            zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
            seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
            billion half third quarter dozen twice double triple plus minus times cdot div sum difference product quotient
            remainder more less fewer most least maximum minimum greater greatest smaller smallest larger largest before
            after""".split("\\s+"));

    private static final int SHORTEST = 3;
    private static final int LONGEST = 10;
    private static final String SIGNS = "+-*/^=<>%&|!×÷·−≤≥≠";

    /** Of spaces and further signs between a sign and what it stands beside. */
    private static final int FARTHEST = 3;

    /** Where a number begins, so that 12 is not 1 and 2. */
    private static final int NUMBER = 1000;

    private static final int SIGN = 2000;

    private long hash;

    private Quantities() {}

    static long of(List<Message> prompt, String answer) {
        var found = new Quantities();
        prompt.forEach(message -> found.add(message.content()));
        found.addLast(answer);
        return WordHashes.mix(found.hash);
    }

    private void add(String text) {
        boolean within = false;
        for (int i = 0; i < text.length(); ) {
            int point = point(text, i);
            int digit = Digits.value(point);
            int next = i + Character.charCount(point);
            if (digit >= 0) {
                take(digit, within);
            } else if (isLatin(point)) {
                next = endOfWord(text, i);
                addWord(text, i, next);
            } else if (isSign(point) && isOperator(text, i)) {
                hash = hash * 31 + SIGN + point;
            }
            within = digit >= 0;
            i = next;
        }
    }

    private void addLast(String answer) {
        int end = answer.length();
        while (end > 0 && Digits.value(answer.codePointBefore(end)) < 0) {
            end -= Character.charCount(answer.codePointBefore(end));
        }
        int start = end;
        while (start > 0 && Digits.value(answer.codePointBefore(start)) >= 0) {
            start -= Character.charCount(answer.codePointBefore(start));
        }
        boolean within = false;
        for (int i = start; i < end; i += Character.charCount(point(answer, i))) {
            take(Digits.value(point(answer, i)), within);
            within = true;
        }
    }

    private void take(int digit, boolean within) {
        hash = hash * 31 + '0' + digit + (within ? 0 : NUMBER);
    }

    private void addWord(String text, int from, int to) {
        if (to - from >= SHORTEST && to - from <= LONGEST) {
            String word = text.substring(from, to).toLowerCase(Locale.ROOT);
            if (WORDS.contains(word)) {
                hash = hash * 31 + word.hashCode();
            }
        }
    }

    private static int endOfWord(String text, int from) {
        int end = from;
        while (end < text.length() && isLatin(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Whether it stands between numbers, single letters or brackets: no hyphen, dash, bullet or tag. */
    private static boolean isOperator(String text, int at) {
        return isOperand(text, beside(text, at, -1)) && isOperand(text, beside(text, at, 1));
    }

    /** The place beside it, over spaces and signs. */
    private static int beside(String text, int at, int step) {
        int i = at + step;
        for (int passed = 0; passed < FARTHEST && isSpaceOrSign(text, i); passed++) {
            i += step;
        }
        return i;
    }

    private static boolean isSpaceOrSign(String text, int i) {
        return i >= 0 && i < text.length() && (text.charAt(i) == ' ' || isSign(text.charAt(i)));
    }

    private static boolean isOperand(String text, int i) {
        if (i < 0 || i >= text.length()) {
            return false;
        }
        char c = text.charAt(i);
        return "()[]{}".indexOf(c) >= 0
                || Digits.value(Character.isLowSurrogate(c) && i > 0 ? text.codePointAt(i - 1) : text.codePointAt(i))
                        >= 0
                || isLatin(c) && !isLatinAt(text, i - 1) && !isLatinAt(text, i + 1);
    }

    private static boolean isLatinAt(String text, int i) {
        return i >= 0 && i < text.length() && isLatin(text.charAt(i));
    }

    private static boolean isLatin(int point) {
        return point >= 'a' && point <= 'z' || point >= 'A' && point <= 'Z';
    }

    private static boolean isSign(int point) {
        return SIGNS.indexOf(point) >= 0;
    }

    private static int point(String text, int i) {
        return text.charAt(i) < 0x80 ? text.charAt(i) : text.codePointAt(i);
    }
}
