package dev.potstill.trainer.data;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Rows by perplexity: from 1 in ranges, each the square root of two times as high as the one before; the last has no end. */
final class PerplexityRanges {
    private static final int RANGES = 14;

    private PerplexityRanges() {}

    /** From the lowest range that has rows to the highest, those between that have none included. */
    static Map<String, Long> count(double[] perplexities) {
        long[] counts = new long[RANGES];
        int lowest = RANGES;
        int highest = -1;
        for (double perplexity : perplexities) {
            int range = range(perplexity);
            counts[range]++;
            lowest = Math.min(lowest, range);
            highest = Math.max(highest, range);
        }
        Map<String, Long> named = new LinkedHashMap<>();
        for (int range = lowest; range <= highest; range++) {
            named.put(name(range), counts[range]);
        }
        return named;
    }

    private static int range(double perplexity) {
        double halves = 2 * Math.log(Math.max(1, perplexity)) / Math.log(2);
        return (int) Math.min(RANGES - 1, Math.floor(halves));
    }

    private static String name(int range) {
        return range == RANGES - 1 ? edge(range) + " or more" : edge(range) + "-" + edge(range + 1);
    }

    private static String edge(int range) {
        return String.format(Locale.ROOT, range % 2 == 0 ? "%.0f" : "%.2f", Math.pow(2, range / 2.0));
    }
}
