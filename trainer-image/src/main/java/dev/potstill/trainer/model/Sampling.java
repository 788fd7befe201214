package dev.potstill.trainer.model;

import java.util.List;

/**
 * How tokens are chosen.
 *
 * @param temperature 0 takes the likeliest token
 * @param maxTokens at most so many tokens a row
 * @param ends tokens that end a row
 * @param seed of the draws; with a row's own key it gives the same draws whatever rows are generated beside it
 */
public record Sampling(double temperature, int maxTokens, List<Integer> ends, long seed) {
    public Sampling {
        ends = List.copyOf(ends);
    }
}
