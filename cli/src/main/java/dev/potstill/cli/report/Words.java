package dev.potstill.cli.report;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of counts, measures and curves, as reports write them: {@code group.member} in camel case. */
public final class Words {
    private Words() {}

    /** {@code rowsKept} as "rows kept"; {@code KL} stays as it is. */
    public static String of(String camelCase) {
        String spaced = camelCase.replaceAll("([a-z0-9])([A-Z])", "$1 $2");
        return camelCase.matches("[A-Z0-9]+") ? camelCase : spaced.toLowerCase(Locale.ROOT);
    }

    /** Why a row was dropped: {@code contaminated.GSM8K} as "contaminated GSM8K". */
    static String reason(String name) {
        return Arrays.stream(name.split("\\.")).map(Words::of).collect(Collectors.joining(" "));
    }

    /** The same at the beginning of a line. */
    static String title(String camelCase) {
        String words = of(camelCase);
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    static boolean isGrouped(String name) {
        return name.contains(".");
    }

    static String group(String name) {
        return isGrouped(name) ? name.substring(0, name.indexOf('.')) : name;
    }

    static String member(String name) {
        return name.substring(name.indexOf('.') + 1);
    }

    /** A sum to two decimals, or to as many as it takes for a small one to show. */
    static String money(BigDecimal sum, String currency) {
        int decimals = sum.signum() != 0 && sum.compareTo(BigDecimal.ONE) < 0 ? 4 : 2;
        return (String.format(Locale.ROOT, "%,." + decimals + "f", sum) + " " + currency).strip();
    }

    public static String whole(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
