package dev.potstill.api;

/** How often a training stage saves its state, and how many states are kept. */
public record Checkpoint(Integer everySteps, Integer keep) {}
