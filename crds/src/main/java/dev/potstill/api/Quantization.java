package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** The student in fewer bits. */
@ValidationRule(value = "self.bits == 4 || self.bits == 8", message = "expected 4 or 8", fieldPath = ".bits")
public record Quantization(
        @JsonPropertyDescription("How weights are rounded.") @Default("GPTQ")
        Method method,

        @JsonPropertyDescription("Bits of a weight: 4 or 8.") @Default("4") @Min(4) @Max(8)
        Integer bits,

        @JsonPropertyDescription("Weights in a row that share a scale.") @Default("128") @Min(8) @Max(4096)
        Integer groupSize,

        @JsonPropertyDescription("Rows of the training set that the rounding is fitted on.")
        @Default("128")
        @Min(1)
        @Max(100_000)
        Integer calibrationSamples,

        @JsonPropertyDescription("Points that the quantised student may score below the student, at most.")
        @Default("3")
        @Min(0)
        @Max(100)
        Integer maxAccuracyLossPercent) {

    /** How weights are rounded. */
    public enum Method {
        GPTQ
    }
}
