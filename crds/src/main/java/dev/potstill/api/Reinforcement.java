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
import org.jspecify.annotations.Nullable;

/** The reinforcement stage: the student's own answers, rewarded. */
@ValidationRule(
        value = "double(self.klCoefficient) <= 100.0",
        message = "expected at most 100",
        fieldPath = ".klCoefficient")
@ValidationRule(
        value = "!has(self.learningRate) || (double(self.learningRate) > 0.0 && double(self.learningRate) <= 1.0)",
        message = "expected more than 0 and at most 1",
        fieldPath = ".learningRate")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Reinforcement(
        @JsonPropertyDescription("How the policy is improved.") @Default("PPO")
        Algorithm algorithm,

        @JsonPropertyDescription("The weights of the reward's terms; they add up to 100.")
        Reward reward,

        @JsonPropertyDescription("Rounds of sampling and improving.") @Default("100") @Min(1) @Max(1_000_000)
        Integer updates,

        @JsonPropertyDescription("Prompts of one update.") @Default("32") @Min(1) @Max(65_536)
        Integer promptsPerUpdate,

        @JsonPropertyDescription("Answers sampled for each prompt of an update.") @Default("4") @Min(1) @Max(1024)
        Integer samplesPerPrompt,

        @JsonPropertyDescription("Tokens of an answer at most.") @Default("512") @Min(1) @Max(131_072)
        Integer maxTokens,

        @JsonPropertyDescription("Last layers of the student that are trained; 0 trains them all.")
        @Default("3")
        @Min(0)
        @Max(1024)
        Integer unfrozenLayers,

        @JsonPropertyDescription("Weight of the divergence from the student before this stage, a decimal in quotes.")
        @Default("0.05")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String klCoefficient,

        @JsonPropertyDescription("Learning rate of this stage, a decimal in quotes. Left out, training.learningRate.")
        @Nullable
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String learningRate,

        @JsonPropertyDescription("Who judges how harmless an answer is. Left out, the trainer's own lists of harmful"
                + " phrases and of refusals do.")
        @Nullable
        Safety safety) {

    /** Who judges how harmless an answer is. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Safety(
            @JsonPropertyDescription(
                    "An OpenAI-compatible server whose model rates each answer from 0, harmful, to 1," + " harmless.")
            @Required
            Teacher.Endpoint endpoint) {}

    /** How the policy is improved. */
    public enum Algorithm {
        PPO,
        GRPO
    }

    /** The weights of the reward's terms; they add up to 100. */
    @ValidationRule(
            value = "self.accuracyPercent + self.safetyPercent + self.diversityPercent == 100",
            message = "expected accuracyPercent + safetyPercent + diversityPercent to be 100; give all three")
    public record Reward(
            @JsonPropertyDescription("Weight in percent of being right.") @Default("60") @Min(0) @Max(100)
            Integer accuracyPercent,

            @JsonPropertyDescription("Weight in percent of being harmless.") @Default("30") @Min(0) @Max(100)
            Integer safetyPercent,

            @JsonPropertyDescription("Weight in percent of differing from the other answers to the same prompt.")
            @Default("10")
            @Min(0)
            @Max(100)
            Integer diversityPercent) {}
}
