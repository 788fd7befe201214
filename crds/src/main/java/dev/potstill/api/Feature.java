package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The feature stage: the student's hidden states are drawn to the teacher's (mean squared error). */
@ValidationRule(
        value = "!has(self.learningRate) || (double(self.learningRate) > 0.0 && double(self.learningRate) <= 1.0)",
        message = "expected more than 0 and at most 1",
        fieldPath = ".learningRate")
@ValidationRule(
        value = "(self.layerMap == 'Explicit') == (size(self.layers) > 0)",
        message = "expected pairs of layers with layerMap Explicit, and none with another",
        fieldPath = ".layers")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Feature(
        @JsonPropertyDescription("Passes over the training set.") @Default("2") @Min(1) @Max(1000)
        Integer epochs,

        @JsonPropertyDescription("Which teacher layer each student layer follows. Uniform spreads the student's layers"
                + " evenly over the teacher's. Explicit: those of layers, and no other.")
        @Default("Uniform")
        LayerMap layerMap,

        @JsonPropertyDescription("The pairs of layers for layerMap Explicit.") @Size(max = 1024)
        List<LayerPair> layers,

        @JsonPropertyDescription("Where a learned matrix takes the student's hidden states to the teacher's, one for"
                + " each pair of layers. WhereWidthsDiffer: where the teacher is wider or narrower. Always: everywhere,"
                + " beginning as the identity where the widths are equal. The matrices are trained with the stage and"
                + " are no part of the saved student.")
        @Default("WhereWidthsDiffer")
        Projection projection,

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

    public Feature {
        layers = List.copyOf(layers);
    }

    /** Which teacher layer each student layer follows. */
    public enum LayerMap {
        Uniform,
        Explicit
    }

    /** Where a learned matrix stands between hidden states. */
    public enum Projection {
        WhereWidthsDiffer,
        Always
    }

    /** A student layer and the teacher layer whose hidden states it follows; 1 is the layer after the embedding. */
    public record LayerPair(
            @JsonPropertyDescription("A layer of the student, 1 its first.") @Required @Min(1) @Max(1024)
            Integer student,

            @JsonPropertyDescription("The layer of the teacher that it follows, 1 its first.")
            @Required
            @Min(1)
            @Max(1024)
            Integer teacher) {}
}
