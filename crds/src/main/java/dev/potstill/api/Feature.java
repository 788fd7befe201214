package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** The feature stage: the student's hidden states are drawn to the teacher's (mean squared error). */
public record Feature(
        Integer epochs,
        LayerMap layerMap,
        @Nullable Integer maxSamples,
        @Nullable String learningRate) {

    /** Which teacher layer each student layer follows. */
    public enum LayerMap {
        Uniform
    }
}
