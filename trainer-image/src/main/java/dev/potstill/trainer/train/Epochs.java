package dev.potstill.trainer.train;

import dev.potstill.trainer.run.Draws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The order of samples: every epoch all of them, shuffled anew from the seed, cut into steps of micro-batches. Any step's samples
 * can be told without going through those before it, so a run resumes where it was. For one thread.
 */
public final class Epochs {
    private final int samples;
    private final int epochs;
    private final int batchSize;
    private final long perStep;
    private final long seed;
    private final Levels levels;
    private int shuffled = -1;
    private int[] order = {};

    /** Without regard to how hard samples are. */
    public Epochs(int samples, int epochs, int batchSize, int accumulation, long seed) {
        this(samples, epochs, batchSize, accumulation, seed, Levels.NONE);
    }

    /**
     * @param samples how many there are
     * @param epochs how often each is used
     * @param batchSize samples in a micro-batch
     * @param accumulation micro-batches in a step
     * @param seed of the shuffling
     * @param levels in every epoch the samples of a lower level come before those of a higher one
     */
    public Epochs(int samples, int epochs, int batchSize, int accumulation, long seed, Levels levels) {
        this.samples = samples;
        this.epochs = epochs;
        this.batchSize = batchSize;
        this.perStep = (long) batchSize * accumulation;
        this.seed = seed;
        this.levels = levels;
    }

    public long stepsPerEpoch() {
        return (samples + perStep - 1) / perStep;
    }

    public long steps() {
        return epochs * stepsPerEpoch();
    }

    /** The micro-batches of a step. */
    public List<int[]> microBatches(long step) {
        int[] order = order(Math.toIntExact(step / stepsPerEpoch()));
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

    /** That of the last epoch asked for is kept: to shuffle very many samples for each step would cost more than the step. */
    private int[] order(int epoch) {
        if (epoch != shuffled) {
            order = levels.easiestFirst(permutation(epoch));
            shuffled = epoch;
        }
        return order;
    }

    /** By Fisher and Yates, the same for the same seed and epoch. */
    private int[] permutation(int epoch) {
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
