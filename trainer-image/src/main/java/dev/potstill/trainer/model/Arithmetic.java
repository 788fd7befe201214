package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.weights.ElementType;

/**
 * How a model computes. A processor without instructions for bf16 multiplies such matrices some thirty times as slowly as fp32 ones:
 * there weights, and what goes from layer to layer, are held in bf16, and within a layer all is computed in fp32, of one weight
 * widened at a time.
 *
 * @param held the type of weights, of hidden states between layers, and of the cache of keys and values
 * @param computed the type of all within a layer, and of logits
 */
public record Arithmetic(ElementType held, ElementType computed) {

    /** In one type. */
    public static Arithmetic in(ElementType type) {
        return new Arithmetic(type, type);
    }

    /** As this machine is fast at it. */
    public static Arithmetic here(ElementType held) {
        return held == ElementType.BF16 && !Hardware.hasFastBf16() ? widened(held) : in(held);
    }

    /** In fp32, whatever weights are held in. */
    public static Arithmetic widened(ElementType held) {
        return new Arithmetic(held, ElementType.F32);
    }

    /** Whether weights are widened to be computed with. */
    public boolean widens() {
        return held != computed;
    }
}
