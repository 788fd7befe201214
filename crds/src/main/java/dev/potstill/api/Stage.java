package dev.potstill.api;

/** The stages of a run, in the order they run; a run may leave some out. */
public enum Stage {
    Data,
    Feature,
    Response,
    Reinforcement,
    Quantization,
    Evaluation
}
