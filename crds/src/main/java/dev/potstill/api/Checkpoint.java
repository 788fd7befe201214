package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** How often a training stage saves its state, and how many states are kept. */
public record Checkpoint(
        @JsonPropertyDescription("Optimiser steps between two checkpoints.") @Default("200") @Min(1) @Max(1_000_000)
        Integer everySteps,

        @JsonPropertyDescription("Checkpoints kept of a stage at work; older ones are deleted.")
        @Default("3")
        @Min(1)
        @Max(100)
        Integer keep) {}
