package dev.potstill.trainer.estimate;

import dev.potstill.contract.StageEstimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a stage has in memory in each of its phases, by what it is for; none outlives the next. */
public final class Phases {
    /**
     * The process itself: Java with its heap and compiled code, libtorch and its code, the arithmetic's threads and buffers. Measured:
     * docs/planning.md.
     */
    public static final long PROGRAM = 375L << 20;

    /** What comes and goes. */
    public static final String ACTIVATIONS = "activations";

    /**
     * What the C library holds free between tensors while a model learns, in layers' worth of what is kept: they are freed in another
     * order than they were made in, and adapters make many small ones. Measured likewise.
     */
    private static final double BETWEEN_ADAPTERS = 3.8;

    private static final double BETWEEN_WEIGHTS = 1.4;

    /** A phase in which so many layers learn, by adapters or by weights of their own. */
    public Phases learning(Map<String, Long> parts, int layers, boolean adapters) {
        Map<String, Long> all = new LinkedHashMap<>(parts);
        double layer = (double) parts.getOrDefault(ACTIVATIONS, 0L) / Math.max(1, layers);
        all.put("between them", (long) (layer * (adapters ? BETWEEN_ADAPTERS : BETWEEN_WEIGHTS)));
        return and(all);
    }

    private final List<Map<String, Long>> phases = new ArrayList<>();

    /** A phase of these parts; a part of nothing is left out. */
    public Phases and(Map<String, Long> parts) {
        Map<String, Long> phase = new LinkedHashMap<>();
        phase.put("program", PROGRAM);
        parts.forEach((name, bytes) -> {
            if (bytes > 0) {
                phase.put(name, bytes);
            }
        });
        phases.add(phase);
        return this;
    }

    /** The one that takes most. */
    public Map<String, Long> widest() {
        return phases.stream().max(Comparator.comparingLong(StageEstimate::sum)).orElse(Map.of("program", PROGRAM));
    }
}
