package dev.potstill.trainer.estimate;

import dev.potstill.trainer.train.Epochs;
import dev.potstill.trainer.train.TrainingSet;

/**
 * The largest batches that a model is given.
 *
 * @param rows in a batch
 * @param tokens of a batch
 * @param places of a batch that is padded to its longest row
 * @param targets tokens of a batch to be predicted
 */
public record Batch(long rows, long tokens, long places, long targets) {

    /** Where nothing is known of the rows but how long they may be. */
    public static Batch atMost(long rows, long length) {
        return new Batch(rows, rows * length, rows * length, rows * length);
    }

    /** Steps looked at: of very many, the largest is hardly larger. */
    private static final long STEPS = 1000;

    /** Of the micro-batches that training is going to take, as their order is known. */
    public static Batch of(TrainingSet set, Epochs epochs) {
        Batch largest = new Batch(0, 0, 0, 0);
        for (long step = 0; step < Math.min(STEPS, epochs.steps()); step++) {
            for (int[] batch : epochs.microBatches(step)) {
                largest = largest.or(of(set, batch));
            }
        }
        return largest;
    }

    private static Batch of(TrainingSet set, int[] samples) {
        long tokens = 0;
        long longest = 0;
        long targets = 0;
        for (int sample : samples) {
            tokens += set.tokens(sample);
            longest = Math.max(longest, set.tokens(sample));
            targets += set.targets(sample);
        }
        return new Batch(samples.length, tokens, longest * samples.length, targets);
    }

    private Batch or(Batch other) {
        return new Batch(
                Math.max(rows, other.rows),
                Math.max(tokens, other.tokens),
                Math.max(places, other.places),
                Math.max(targets, other.targets));
    }

    public double padding() {
        return tokens == 0 ? 1 : Math.max(1, (double) places / tokens);
    }
}
