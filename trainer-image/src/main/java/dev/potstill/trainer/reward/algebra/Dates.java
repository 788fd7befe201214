package dev.potstill.trainer.reward.algebra;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Days and months written with digits. They have the marks of a sum and are none: 2024-05-01 is not 2024-01-05. */
public final class Dates {
    private static final String YEAR = "(?:1[5-9]|2[01])\\d\\d";
    private static final String DAY = "(?:0?[1-9]|[12]\\d|3[01])";
    private static final Pattern DATE = Pattern.compile(
            ("(?<![\\d./-])(?:YEAR([-/.])DAY\\1DAY|DAY([-/.])DAY\\2YEAR" + "|YEAR-(?:0[1-9]|1[0-2]))(?![\\d/-]|\\.\\d)")
                    .replace("YEAR", YEAR)
                    .replace("DAY", DAY));

    private Dates() {}

    /** Whether this is a date and nothing else. */
    public static boolean isOne(String text) {
        return DATE.matcher(plain(text).strip()).matches();
    }

    /** The last one in a text, with hyphens. */
    public static Optional<String> last(String text) {
        return DATE.matcher(plain(text))
                .results()
                .reduce((first, second) -> second)
                .map((MatchResult date) -> date.group().replaceAll("[/.]", "-"));
    }

    private static String plain(String text) {
        return Digits.plain(text).replace('\u2013', '-').replace('\u2010', '-').replace('\u2011', '-');
    }
}
