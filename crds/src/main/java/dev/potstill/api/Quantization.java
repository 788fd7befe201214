package dev.potstill.api;

/** The student in fewer bits. */
public record Quantization(
        Method method, Integer bits, Integer groupSize, Integer calibrationSamples, Integer maxAccuracyLossPercent) {

    /** How weights are rounded. */
    public enum Method {
        GPTQ
    }
}
