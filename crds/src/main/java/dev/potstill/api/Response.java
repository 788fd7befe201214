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

/** The response stage: the student's next-token distribution is drawn to the teacher's. */
@ValidationRule(
        value = "double(self.temperature) > 0.0 && double(self.temperature) <= 100.0",
        message = "expected more than 0 and at most 100",
        fieldPath = ".temperature")
@ValidationRule(
        value = "!has(self.learningRate) || (double(self.learningRate) > 0.0 && double(self.learningRate) <= 1.0)",
        message = "expected more than 0 and at most 1",
        fieldPath = ".learningRate")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Response(
        @JsonPropertyDescription("Temperature that softens both distributions, a decimal in quotes, more than \"0\"."
                + " A teacher behind an endpoint tells the topK likeliest tokens at temperature 1 and nothing of the"
                + " others: at another temperature all these others count as one token, which gives them too little"
                + " weight above 1 and too much below; at \"1\" nothing is lost.")
        @Default("2.0")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String temperature,

        @JsonPropertyDescription("Last layers of the student that are trained; 0 trains them all.")
        @Default("3")
        @Min(0)
        @Max(1024)
        Integer unfrozenLayers,

        @JsonPropertyDescription("What is minimised. ForwardKL: KL(teacher || student). ReverseKL: KL(student ||"
                + " teacher). JensenShannon: the mean of both to their mixture.")
        @Default("ForwardKL")
        Divergence divergence,

        @JsonPropertyDescription("Most likely tokens of the teacher that are kept at each position; the rest of the"
                + " probability is one tail. A server of an endpoint may allow fewer: vLLM 20, unless started with"
                + " --max-logprobs.")
        @Default("64")
        @Min(1)
        @Max(1_000_000)
        Integer topK,

        @JsonPropertyDescription("Passes over the training set. Left out, training.epochs.")
        @Nullable
        @Min(1)
        @Max(1000)
        Integer epochs,

        @JsonPropertyDescription("Learning rate of this stage, a decimal in quotes. Left out, training.learningRate.")
        @Nullable
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String learningRate) {

    /** What is minimised. */
    public enum Divergence {
        ForwardKL,
        ReverseKL,
        JensenShannon
    }
}
