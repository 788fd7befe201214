package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.weights.ElementType;

/**
 * How many rows are generated at once: as many as fit into a fixed share of the machine's memory. Not of what is free just now: the
 * size of a batch may change the last digit of a logit, and a score must not depend on what else is running.
 *
 * @param bytes for the cache of keys and values and what one step computes
 */
public record RowBudget(long bytes) {
    /** More rows do not make a step cheaper by the row. */
    private static final int MOST = 256;

    /** The rest is for the weights, the page cache and others. */
    private static final int SHARE = 8;

    public static RowBudget ofMachine() {
        return new RowBudget(Hardware.memory() / SHARE);
    }

    /** Rows of at most so many prompt tokens and generated tokens. */
    public int rows(ModelConfig config, ElementType type, int prompt, int generated) {
        long places = (long) prompt + generated;
        long entry = config.blocks().stream()
                .mapToLong(block -> block.attention().cache().elements())
                .sum();
        long cache = entry * places * type.bytes();
        long inner = config.blocks().stream()
                .mapToLong(block -> block.feedForward().inner())
                .max()
                .orElse(0);
        // The widest moment of a layer: its input, its output and three of the feed-forward size; then fp32 logits.
        long prefill = (long) prompt * (2L * config.width() + 3L * inner) * Float.BYTES;
        long logits = 2L * config.vocabulary() * Float.BYTES;
        return (int) Math.clamp(bytes / (cache + prefill + logits), 1, MOST);
    }
}
