package dev.potstill.api;

/** What all training stages share. */
public record Training(
        Integer batchSize,
        Integer gradientAccumulation,
        String learningRate,
        Integer warmupSteps,
        Integer epochs,
        Integer maxLength,
        Precision precision,
        Integer seed) {

    /** The type of the arithmetic. Auto takes BF16 where the hardware is fast at it. */
    public enum Precision {
        Auto,
        FP32,
        BF16
    }
}
