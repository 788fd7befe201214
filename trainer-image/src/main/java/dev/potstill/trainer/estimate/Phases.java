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

    /**
     * What the C library holds between tensors that come and go in many sizes, for each byte of them while a model learns. Measured
     * likewise.
     */
    private static final double BETWEEN = 0.9;

    /** What comes and goes. */
    public static final String ACTIVATIONS = "activations";

    /** A phase in which a model learns: tensors of many sizes are freed in another order than they were made in. */
    public Phases learning(Map<String, Long> parts) {
        Map<String, Long> all = new LinkedHashMap<>(parts);
        all.merge("between them", (long) (parts.getOrDefault(ACTIVATIONS, 0L) * BETWEEN), Long::sum);
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
