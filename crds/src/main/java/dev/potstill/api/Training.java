package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What all training stages share. */
@ValidationRule(
        value = "double(self.learningRate) > 0.0 && double(self.learningRate) <= 1.0",
        message = "expected more than 0 and at most 1",
        fieldPath = ".learningRate")
public record Training(
        @JsonPropertyDescription("Rows of one forward pass.") @Default("32") @Min(1) @Max(65_536)
        Integer batchSize,

        @JsonPropertyDescription("Forward passes whose gradients are added up to one optimiser step.")
        @Default("4")
        @Min(1)
        @Max(65_536)
        Integer gradientAccumulation,

        @JsonPropertyDescription("Highest learning rate, a decimal in quotes, more than \"0\" and at most \"1\".")
        @Default("'3e-5'")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String learningRate,

        @JsonPropertyDescription(
                "Optimiser steps over which the learning rate rises to its peak; a tenth of all steps at most.")
        @Default("500")
        @Min(0)
        @Max(1_000_000)
        Integer warmupSteps,

        @JsonPropertyDescription("Passes over the training set, for stages that do not set their own.")
        @Default("6")
        @Min(1)
        @Max(1000)
        Integer epochs,

        @JsonPropertyDescription("Tokens of a row at most; longer rows are left out and counted.")
        @Default("2048")
        @Min(8)
        @Max(1_048_576)
        Integer maxLength,

        @JsonPropertyDescription(
                "The type of the arithmetic. Auto takes BF16 where the hardware is fast at it, else FP32. FP16 is refused: its range is too small to train in.")
        @Default("Auto")
        Precision precision,

        @JsonPropertyDescription(
                "What is computed again on the way back instead of being kept from the way there. Off: nothing. Full: every layer, of which only what goes in is kept; a step takes less memory and up to half as much time again, and its gradients are the same.")
        @Default("Off")
        ActivationCheckpointing activationCheckpointing,

        @JsonPropertyDescription(
                "The order of rows in each epoch of the feature and response stages. Shuffled: anew from the seed."
                        + " Curriculum: the base rows first, then the advanced, then the challenge rows, each grade shuffled.")
        @Default("Shuffled")
        Order order,

        @JsonPropertyDescription("Seed of all that is random.") @Default("42") @Min(0) @Max(Integer.MAX_VALUE)
        Integer seed) {

    /** What is computed again on the way back: nothing, or every layer. */
    public enum ActivationCheckpointing {
        Off,
        Full
    }

    /** The order of rows in an epoch. */
    public enum Order {
        Shuffled,
        Curriculum
    }

    /** The type of the arithmetic. Auto takes BF16 where the hardware is fast at it, else FP32. FP16 is refused. */
    public enum Precision {
        Auto,
        FP32,
        BF16,
        FP16
    }
}
