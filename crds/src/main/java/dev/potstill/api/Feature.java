package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The feature stage: the student's hidden states are drawn to the teacher's (mean squared error). */
@ValidationRule(
        value = "!has(self.learningRate) || (double(self.learningRate) > 0.0 && double(self.learningRate) <= 1.0)",
        message = "expected more than 0 and at most 1",
        fieldPath = ".learningRate")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Feature(
        @JsonPropertyDescription("Passes over the training set.") @Default("2") @Min(1) @Max(1000)
        Integer epochs,

        @JsonPropertyDescription("Which teacher layer each student layer follows. Uniform spreads the student's layers"
                + " evenly over the teacher's.")
        @Default("Uniform")
        LayerMap layerMap,

        @JsonPropertyDescription("Rows of the training set that the stage uses at most. Left out, all.")
        @Nullable
        @Min(1)
        @Max(100_000_000)
        Integer maxSamples,

        @JsonPropertyDescription("Learning rate of this stage, a decimal in quotes. Left out, training.learningRate.")
        @Nullable
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String learningRate) {

    /** Which teacher layer each student layer follows. */
    public enum LayerMap {
        Uniform
    }
}
