package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.clean.Redaction.Span;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Telephone numbers: international ones by their {@code +}, those of North America, France, Britain, Germany's and China's mobile
 * networks by their groups of digits, and any other after a word such as "call". Sums, lists of numbers and dates are none.
 */
final class Phones {
    private static final int LONGEST = 40;
    private static final int FEWEST_DIGITS = 7;
    private static final int MOST_DIGITS = 15;

    private static final char NO_BREAK = '\u00A0';
    private static final Pattern SPACES = Pattern.compile("[\\u00A0\\u2009\\u202F]");
    private static final Pattern HYPHENS = Pattern.compile("[\\u2010\\u2011]");

    private Phones() {}

    static boolean mayStart(char c) {
        return c >= '0' && c <= '9' || c == '+' || c == '(';
    }

    /** The end of the digits and of what may part them, so that none is looked at twice. */
    static int endOfRun(String text, int start) {
        int end = start + 1;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /**
     * Digits by groups.
     *
     * @param separators between them, one a gap
     */
    private record Number(String text, int start, int end, String[] groups, String[] separators) {
        int digits() {
            return Arrays.stream(groups).mapToInt(String::length).sum();
        }

        boolean isInGroupsOf(int... lengths) {
            return Arrays.equals(Arrays.stream(groups).mapToInt(String::length).toArray(), lengths);
        }

        boolean isSpaced() {
            return Arrays.asList(separators).contains(" ");
        }

        /** Whether all gaps are the same. */
        boolean isEven() {
            return Arrays.stream(separators).distinct().count() <= 1;
        }
    }

    static Optional<Span> at(String text, int start) {
        boolean international = text.charAt(start) == '+';
        if (start > 0 && !isBefore(text.charAt(start - 1), international)) {
            return Optional.empty();
        }
        int end = start + 1;
        int digits = isDigit(text.charAt(start)) ? 1 : 0;
        int last = digits == 1 ? start + 1 : start;
        while (end < text.length() && end - start < LONGEST && isPart(text, end)) {
            if (isDigit(text.charAt(end))) {
                digits++;
                last = end + 1;
            }
            end++;
        }
        return digits < FEWEST_DIGITS || digits > MOST_DIGITS || !isAfter(text, last, international)
                ? Optional.empty()
                : Optional.of(number(text, start, last))
                        .filter(Phones::isPhone)
                        .map(found -> new Span(found.start(), found.end()));
    }

    private static Number number(String text, int start, int end) {
        String run = plain(text.substring(start, end));
        String[] groups = run.replaceFirst("^\\D+", "").split("\\D+");
        String[] separators =
                run.replaceFirst("^\\D*\\d+", "").replaceAll("\\d+$", "").split("\\d+");
        return new Number(text, start, end, groups, separators[0].isEmpty() ? new String[0] : separators);
    }

    private static boolean isPhone(Number number) {
        return number.groups().length <= 6
                && (isInternational(number)
                        || isNorthAmerican(number)
                        || isNational(number)
                        || isCalled(number) && !isDate(number));
    }

    private static boolean isInternational(Number number) {
        return number.text().charAt(number.start()) == '+'
                && number.groups()[0].charAt(0) != '0'
                && number.digits() >= (number.groups().length == 1 ? 10 : 9);
    }

    /** Area codes and exchanges begin with 2 to 9, and none is 200, 300 or 400. What is all round is a sum. */
    private static boolean isNorthAmerican(Number number) {
        String[] groups = number.groups();
        boolean withCountry = number.isInGroupsOf(1, 3, 3, 4) && groups[0].equals("1");
        if (!withCountry && !number.isInGroupsOf(3, 3, 4)) {
            return false;
        }
        int area = withCountry ? 1 : 0;
        boolean bracketed =
                number.text().substring(number.start(), number.end()).contains(groups[area] + ")");
        return groups[area].charAt(0) > '1'
                && groups[area + 1].charAt(0) > '1'
                && !groups[area].matches("[234]00")
                && (bracketed || number.isEven() && !number.isSpaced() && !isRound(groups, area) || isCalled(number));
    }

    private static boolean isRound(String[] groups, int area) {
        return groups[area].endsWith("0") && groups[area + 1].endsWith("00") && groups[area + 2].endsWith("00");
    }

    private static boolean isNational(Number number) {
        String[] groups = number.groups();
        if (number.isInGroupsOf(3, 4, 4)) {
            return groups[0].matches("0\\d\\d|1[3-9]\\d") && number.isEven();
        }
        if (number.isInGroupsOf(2, 2, 2, 2, 2)) {
            return groups[0].matches("0[1-9]") && number.isEven() && !isCounting(groups);
        }
        return number.isInGroupsOf(5, 6) && groups[0].startsWith("07")
                || groups.length == 2 && groups[0].matches("01[5-7]\\d") && groups[1].length() >= 7;
    }

    private static boolean isCounting(String[] groups) {
        for (int i = 1; i < groups.length; i++) {
            if (Integer.parseInt(groups[i]) != Integer.parseInt(groups[i - 1]) + 1) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDate(Number number) {
        return number.isInGroupsOf(4, 2, 2) || number.isInGroupsOf(2, 2, 4);
    }

    private static boolean isCalled(Number number) {
        return Calling.isBefore(
                number.text(), number.start(), plain(number.text().substring(number.start(), number.end())));
    }

    /** Groups have one mark or space between them, or a bracket and a space. */
    private static boolean isPart(String text, int at) {
        char c = text.charAt(at);
        if (isDigit(c)) {
            return true;
        }
        char before = text.charAt(at - 1);
        return switch (c) {
            case ' ', NO_BREAK, '\u2009', '\u202F', '-', '\u2010', '\u2011', '.' -> isDigit(before) || before == ')';
            case '(' -> before == ' ' || before == '+' || isDigit(before);
            case ')' -> isDigit(before);
            default -> false;
        };
    }

    /** After a plus few other things come than the number of a telephone: also in Markdown, lists and assignments. */
    private static boolean isBefore(char c, boolean international) {
        return c <= ' '
                || "(:\"'>|".indexOf(c) >= 0
                || c > 0x2000
                || c == NO_BREAK
                || international && "*_`=,;[{</".indexOf(c) >= 0;
    }

    /** With the spaces and hyphens that keep a line together as ordinary ones. */
    private static String plain(String text) {
        return SPACES.matcher(HYPHENS.matcher(text).replaceAll("-")).replaceAll(" ");
    }

    /** What follows must not make it a decimal, a part of a word or of a sum. */
    private static boolean isAfter(String text, int end, boolean international) {
        int at = end;
        if (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) && text.charAt(at) < 0x250)) {
            return false;
        }
        if (at + 1 < text.length() && ".,".indexOf(text.charAt(at)) >= 0 && isDigit(text.charAt(at + 1))) {
            return false;
        }
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at == text.length() || (international ? "=/^%×÷+" : "=*/^%×÷+_").indexOf(text.charAt(at)) < 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
