package dev.potstill.trainer.train;

import java.util.List;
import java.util.Map;

/** What is minimised, and on what: samples are named by their place in the training set. */
public interface Objective extends AutoCloseable {

    /** Told of the micro-batches of a step, counted from 0, before anything else is asked about its samples. */
    default void begin(long step, List<int[]> batches) {}

    /** How many of the units the loss is averaged over (answer tokens, say) this sample has. */
    int units(int sample);

    /** How many tokens of this sample go through the trained layers. */
    int tokens(int sample);

    /**
     * Adds the gradient of sum(loss of these samples) / units to the trained weights.
     *
     * @return the terms of that loss by name; {@code loss} is the one minimised
     */
    Map<String, Double> accumulate(int[] samples, long units);

    @Override
    void close();
}
