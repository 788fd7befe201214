package dev.potstill.trainer.train;

/**
 * The settings of AdamW (Loshchilov and Hutter, 2019).
 *
 * @param beta2 how slowly the second moment forgets; the first moment's is 0.9
 * @param decay weight decay, as a share of the learning rate
 * @param maxNorm the gradients' common norm is clipped to it
 */
public record AdamW(double beta2, double decay, double maxNorm) {
    /** What fine-tuning uses everywhere: no decay, as weights start from a trained model. */
    public static final AdamW FINE_TUNING = new AdamW(0.999, 0, 1);
}
