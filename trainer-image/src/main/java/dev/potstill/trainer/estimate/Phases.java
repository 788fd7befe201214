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
    private static final long PROGRAM = 375L << 20;

    /**
     * What the C library holds free between tensors while a model learns, as they are freed in another order than they were made in:
     * so much, and a share of all that a step makes and would keep if no layer were computed again. Measured likewise.
     */
    private static final long BETWEEN = 110L << 20;

    private static final double BETWEEN_SHARE = 0.42;

    private final List<Map<String, Long>> phases = new ArrayList<>();

    /** A phase in which a model learns, of whose layers a step makes so many bytes. */
    public Phases learning(Parts parts, long made) {
        return and(parts.and("between them", BETWEEN + (long) (BETWEEN_SHARE * made)));
    }

    /** A phase in which models read and answer many batches. */
    public Phases working(Parts parts) {
        return learning(parts, 0);
    }

    /** A phase of these parts; a part of nothing is left out. */
    public Phases and(Parts parts) {
        Map<String, Long> phase = new LinkedHashMap<>();
        phase.put("program", PROGRAM);
        parts.bytes().forEach((name, bytes) -> {
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
