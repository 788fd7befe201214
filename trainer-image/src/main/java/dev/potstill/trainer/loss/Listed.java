package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Tensor;

/**
 * What a loss reads of the logits of N next tokens.
 *
 * @param logits of a few tokens each [N, k]
 * @param others the logarithm of the sum of all others' exponentials [N, 1]
 */
public record Listed(Tensor logits, Tensor others) {}
