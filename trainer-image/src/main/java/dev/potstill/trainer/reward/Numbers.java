package dev.potstill.trainer.reward;

import dev.potstill.trainer.reward.algebra.Digits;
import dev.potstill.trainer.reward.algebra.Rational;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Numbers as people and models write them in a sentence: $1,234.50, 50 %, -3/4, \frac{3}{4}, 2 1/2. */
final class Numbers {
    private static final String DIGITS = "(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d{1,60})(?:\\.\\d{1,60})?|\\.\\d{1,60}";

    /** A minus is a sign only where nothing that could be subtracted from stands before it. */
    private static final Pattern NUMBER = Pattern.compile("(?<sign>(?<![\\w)\\]}])[-\u2212]\\s?)?(?:[$€£](?<inner>-)?)?"
            + "(?:(?<whole>\\d{1,30})\\s(?=\\d{1,30}/\\d))?"
            + "(?<top>" + DIGITS + ")(?:\\s?/\\s?(?<bottom>\\d{1,30}(?:\\.\\d{1,30})?))?");

    private static final Pattern LATEX_FRACTION =
            Pattern.compile("\\\\[dt]?frac\\s*\\{([^{}]{1,60})}\\s*\\{([^{}]{1,60})}");

    private Numbers() {}

    static Optional<Rational> first(String text) {
        return NUMBER.matcher(plain(text)).results().findFirst().flatMap(Numbers::value);
    }

    static Optional<Rational> last(String text) {
        List<MatchResult> all = NUMBER.matcher(plain(text)).results().toList();
        return all.isEmpty() ? Optional.empty() : value(all.getLast());
    }

    /** The number that is all of this text but for its unit's sign. */
    static Optional<Rational> whole(String text) {
        var match = NUMBER.matcher(plain(text).replace("%", "").strip().replaceFirst("\\.$", ""));
        return match.matches() ? value(match.toMatchResult()) : Optional.empty();
    }

    private static String plain(String text) {
        return LATEX_FRACTION
                .matcher(Digits.plain(text))
                .replaceAll("$1/$2")
                .replace("\\", "")
                .replace("{,}", ",");
    }

    /** None over zero. */
    private static Optional<Rational> value(MatchResult match) {
        Rational value = decimal(match.group("top"));
        if (match.group("bottom") != null) {
            Rational bottom = decimal(match.group("bottom"));
            if (bottom.isZero()) {
                return Optional.empty();
            }
            value = value.over(bottom);
        }
        if (match.group("whole") != null) {
            value = value.plus(decimal(match.group("whole")));
        }
        return Optional.of(match.group("sign") != null || match.group("inner") != null ? value.negated() : value);
    }

    private static Rational decimal(String digits) {
        return Rational.of(new BigDecimal(digits.replace(",", "")));
    }
}
