package dev.potstill.trainer.data;

import dev.potstill.contract.DataCard.Paths;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many prompts have how many right paths, in a tally. */
final class PathCounts {
    static final String PAIRS = "contrastive";

    /** What names of such counts begin with. */
    static final String PREFIX = "paths.";

    private static final String DISTINCT = PREFIX + "distinct";

    /** Prompts with more paths than this are counted with those that have as many. */
    private static final int MOST = 8;

    private PathCounts() {}

    static void add(Tally tally, int ways) {
        tally.add(DISTINCT, ways);
        tally.add(PREFIX + Math.min(ways, MOST));
    }

    static Paths of(Tally tally) {
        Map<String, Long> byCount = new LinkedHashMap<>();
        long prompts = 0;
        for (int ways = 1; ways <= MOST; ways++) {
            long count = tally.get(PREFIX + ways);
            prompts += count;
            if (count > 0) {
                byCount.put(ways + (ways == MOST ? " or more" : ""), count);
            }
        }
        return new Paths(prompts, tally.get(DISTINCT), byCount, tally.get(PAIRS));
    }
}
