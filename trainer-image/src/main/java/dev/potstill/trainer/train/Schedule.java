package dev.potstill.trainer.train;

/**
 * The learning rate: a linear warm-up, then half a cosine down to nothing.
 *
 * @param peak the highest rate
 * @param warmupSteps as set; a run of fewer than ten times as many steps warms up for a tenth of its steps
 * @param steps in all
 */
public record Schedule(double peak, long warmupSteps, long steps) {

    /** The rate of this step; the first is 0. */
    public double rate(long step) {
        long warmup = Math.min(warmupSteps, steps / 10);
        if (step < warmup) {
            return peak * (step + 1) / (warmup + 1);
        }
        double done = (double) (step - warmup) / Math.max(1, steps - warmup);
        return peak * 0.5 * (1 + Math.cos(Math.PI * done));
    }
}
