package dev.potstill.trainer.signals;

import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;

/**
 * One kind of signal, so many rows a sample.
 *
 * @param name of its file
 * @param width values a row
 * @param rows what a row stands for
 */
public record Column(String name, ElementType type, long width, Rows rows) {

    /** A token, or a token to be predicted. */
    public enum Rows {
        Tokens,
        Targets;

        int of(TrainingSet set, int sample) {
            return this == Tokens ? set.tokens(sample) : set.targets(sample);
        }
    }

    public long rowBytes() {
        return width * type.bytes();
    }
}
