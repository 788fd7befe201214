package dev.potstill.trainer.train;

import dev.potstill.trainer.run.Draws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The order of samples: every epoch all of them, shuffled anew from the seed, cut into steps of micro-batches. Any step's samples
 * can be told without going through those before it, so a run resumes where it was.
 *
 * @param samples how many there are
 * @param epochs how often each is used
 * @param batchSize samples in a micro-batch
 * @param accumulation micro-batches in a step
 * @param seed of the shuffling
 * @param levels in every epoch the samples of a lower level come before those of a higher one
 */
public record Epochs(int samples, int epochs, int batchSize, int accumulation, long seed, Levels levels) {

    /** Without regard to how hard samples are. */
    public Epochs(int samples, int epochs, int batchSize, int accumulation, long seed) {
        this(samples, epochs, batchSize, accumulation, seed, Levels.NONE);
    }

    public long stepsPerEpoch() {
        long perStep = (long) batchSize * accumulation;
        return (samples + perStep - 1) / perStep;
    }

    public long steps() {
        return epochs * stepsPerEpoch();
    }

    /** The micro-batches of a step. */
    public List<int[]> microBatches(long step) {
        int[] order = levels.easiestFirst(order(Math.toIntExact(step / stepsPerEpoch())));
        long perStep = (long) batchSize * accumulation;
        int from = Math.toIntExact(step % stepsPerEpoch() * perStep);
        int to = Math.toIntExact(Math.min(samples, from + perStep));
        List<int[]> batches = new ArrayList<>();
        for (int at = from; at < to; ) {
            int end = at + Math.min(batchSize, to - at);
            batches.add(Arrays.copyOfRange(order, at, end));
            at = end;
        }
        return batches;
    }

    /** A permutation (Fisher and Yates), the same for the same seed and epoch. */
    private int[] order(int epoch) {
        int[] order = new int[samples];
        SplittableRandom random = Draws.of(seed, epoch);
        for (int i = 0; i < samples; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
