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
@ValidationRule(value = "double(self.skew) < 1.0", message = "expected less than 1", fieldPath = ".skew")
@ValidationRule(value = "double(self.beta) <= 1.0", message = "expected at most 1", fieldPath = ".beta")
@ValidationRule(
        value = "double(self.interpolationStart) <= 1.0",
        message = "expected at most 1",
        fieldPath = ".interpolationStart")
@ValidationRule(
        value = "self.tail != 'Dropped' || self.divergence == 'ForwardKL'",
        message = "expected Bucket, OneToken or Pooled, as Dropped goes with divergence ForwardKL only",
        fieldPath = ".tail")
@ValidationRule(
        value = "self.divergence != 'ULD' || !has(self.crossEntropyPercent) || self.crossEntropyPercent > 0",
        message = "expected at least 1 with divergence ULD, which does not tell one token from another",
        fieldPath = ".crossEntropyPercent")
@ValidationRule(
        value = "self.divergence != 'ULD' || self.onPolicyPercent == 0",
        message = "expected 0 with divergence ULD",
        fieldPath = ".onPolicyPercent")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Response(
        @JsonPropertyDescription("Temperature that softens both distributions, a decimal in quotes, more than \"0\"."
                + " A teacher behind an endpoint tells the topK likeliest tokens at temperature 1 and nothing of the"
                + " others: at another temperature all these others count as one token, as with tail Pooled, which"
                + " gives them too little weight above 1 and too much below; at \"1\" nothing is lost.")
        @Default("2.0")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String temperature,

        @JsonPropertyDescription("Last layers of the student that are trained; 0 trains them all.")
        @Default("3")
        @Min(0)
        @Max(1024)
        Integer unfrozenLayers,

        @JsonPropertyDescription("What is minimised, of the teacher's distribution p and the student's q, both at the"
                + " temperature, and times its square. ForwardKL: KL(p || q). ReverseKL: KL(q || p). SkewedKL: KL(p ||"
                + " skew p + (1 - skew) q). SkewedReverseKL: KL(q || skew q + (1 - skew) p). JensenShannon: beta KL(p ||"
                + " m) + (1 - beta) KL(q || m), m = beta p + (1 - beta) q. TotalVariation: half the sum of |p - q|."
                + " Interpolated: KL from what lies between q and p, which moves to p as the stage goes on (TAID). ULD:"
                + " for a student with a tokenizer of its own; the difference of sorted probabilities, the answers'"
                + " tokens aligned by their place.")
        @Default("ForwardKL")
        Divergence divergence,

        @JsonPropertyDescription("Share of a distribution in the mixture of SkewedKL and SkewedReverseKL, a decimal in"
                + " quotes from \"0\" to less than \"1\".")
        @Default("0.1")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String skew,

        @JsonPropertyDescription("Share of the teacher in the mixture of JensenShannon, a decimal in quotes from \"0\""
                + " (ForwardKL) to \"1\" (ReverseKL).")
        @Default("0.5")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String beta,

        @JsonPropertyDescription("Share of the teacher's logits that Interpolated begins with, a decimal in quotes from"
                + " \"0\" to \"1\"; it grows evenly to 1 over the stage.")
        @Default("0.4")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String interpolationStart,

        @JsonPropertyDescription("Most likely tokens of the teacher that are kept at each position; tail says what"
                + " becomes of the others. The server of an endpoint may allow fewer: vLLM 20, unless started with"
                + " --max-logprobs.")
        @Default("64")
        @Min(1)
        @Max(1_000_000)
        Integer topK,

        @JsonPropertyDescription(
                "The tokens beyond topK. Bucket: all of them are compared as one, with the"
                        + " probability they have at the temperature. OneToken: the same, but the teacher's is put to the"
                        + " temperature as though it were one token. Pooled: so are both, for teachers whose probabilities are known"
                        + " at temperature 1 alone. Dropped: the teacher's likeliest tokens share all of its probability; only with ForwardKL.")
        @Default("Bucket")
        Tail tail,

        @JsonPropertyDescription("Percent of cross-entropy on the data's own answers in what is minimised; the rest is"
                + " the divergence. Left out, 0, and 50 with ULD.")
        @Nullable
        @Min(0)
        @Max(99)
        Integer crossEntropyPercent,

        @JsonPropertyDescription("Percent of the rows of each step whose answer is written by the student as it then is"
                + " and scored by the teacher at that step (on-policy distillation). Above 0, the teacher stays in"
                + " memory beside the student for the whole stage.")
        @Default("0")
        @Min(0)
        @Max(100)
        Integer onPolicyPercent,

        @JsonPropertyDescription("Tokens of an answer that the student writes at most; a row never grows beyond"
                + " training.maxLength.")
        @Default("512")
        @Min(1)
        @Max(131_072)
        Integer onPolicyMaxTokens,

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
        SkewedKL,
        SkewedReverseKL,
        JensenShannon,
        TotalVariation,
        Interpolated,
        ULD
    }

    /** What becomes of the tokens that are not among the teacher's likeliest. */
    public enum Tail {
        Bucket,
        OneToken,
        Pooled,
        Dropped
    }
}
