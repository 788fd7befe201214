package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;

/**
 * What a teacher says of N next tokens: the k likeliest, and how likely all others are together.
 *
 * @param logP log probabilities, falling [N, k]
 * @param ids their tokens [N, k]
 * @param logTail log probability of all other tokens [N, 1]; −∞ where there are none
 */
public record Said(Tensor logP, Tensor ids, Tensor logTail) {

    /** Of some of the tokens. */
    public Said narrow(Scope scope, long from, long count) {
        return new Said(
                Ops.narrow(scope, logP, 0, from, count),
                Ops.narrow(scope, ids, 0, from, count),
                Ops.narrow(scope, logTail, 0, from, count));
    }
}
