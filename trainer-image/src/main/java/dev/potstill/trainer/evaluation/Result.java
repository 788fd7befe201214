package dev.potstill.trainer.evaluation;

import dev.potstill.api.Suite;

/**
 * One model's score on one suite, before it is rounded.
 *
 * @param model Start, Teacher, or the stage that made it
 * @param value percent, perplexity or nats
 * @param samples questions or rows
 * @param tokens generated, or predicted
 */
public record Result(Suite suite, String model, double value, int samples, long tokens) {}
