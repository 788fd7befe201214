package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** The response stage: the student's next-token distribution is drawn to the teacher's. */
public record Response(
        String temperature,
        Integer unfrozenLayers,
        Divergence divergence,
        Integer topK,
        @Nullable Integer epochs,
        @Nullable String learningRate) {

    /** What is minimised. */
    public enum Divergence {
        ForwardKL,
        ReverseKL,
        JensenShannon
    }
}
