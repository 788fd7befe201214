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
@ValidationRule(
        value = "double(self.clip) > 0.0 && double(self.clip) < 1.0",
        message = "expected more than 0 and less than 1",
        fieldPath = ".clip")
@ValidationRule(
        value = "self.algorithm != 'GRPO' || self.samplesPerPrompt > 1",
        message = "expected at least 2 for GRPO, which compares the answers to a prompt",
        fieldPath = ".samplesPerPrompt")
@ValidationRule(value = "double(self.discount) <= 1.0", message = "expected at most 1", fieldPath = ".discount")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Reinforcement(
        @JsonPropertyDescription("How the policy is improved. PPO: with a value head (Schulman et al., 2017). GRPO:"
                + " against the other answers to the same prompt (Shao et al., 2024). MiniLLM: towards the main teacher,"
                + " KL(student || teacher) on the student's own answers (Gu et al., 2024); rewards are measured only.")
        @Default("PPO")
        Algorithm algorithm,

        @JsonPropertyDescription("The weights of the reward's terms; they add up to 100.")
        Reward reward,

        @JsonPropertyDescription("How an answer is compared with the known right one, where its row names no verifier.")
        @Default("Auto")
        Verifier verifier,

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

        @JsonPropertyDescription("Passes over the answers of an update.") @Default("2") @Min(1) @Max(1000)
        Integer epochsPerUpdate,

        @JsonPropertyDescription("Optimiser steps of a pass, each on its share of the answers.")
        @Default("2")
        @Min(1)
        @Max(1024)
        Integer stepsPerEpoch,

        @JsonPropertyDescription(
                "How far the ratio of a token's probability to what it was when it was written may move from 1 and still"
                        + " be rewarded, a decimal in quotes.")
        @Default("0.2")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String clip,

        @JsonPropertyDescription("What a later token's reward counts, by token, a decimal in quotes; not read by GRPO.")
        @Default("1")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String discount,

        @JsonPropertyDescription(
                "Weight of the divergence from the student before this stage, a decimal in quotes: in the reward (PPO) or"
                        + " in the loss (GRPO); what an adaptive controller begins with. Not read by MiniLLM.")
        @Default("0.05")
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String klCoefficient,

        @JsonPropertyDescription("Whether klCoefficient stays as it is.")
        KlController klController,

        @JsonPropertyDescription("Learning rate of this stage, a decimal in quotes. Left out, training.learningRate.")
        @Nullable
        @Pattern(Form.DECIMAL)
        @Size(max = 24)
        String learningRate,

        @JsonPropertyDescription("Settings of PPO alone.") Ppo ppo,

        @JsonPropertyDescription("Settings of GRPO alone.") Grpo grpo,

        @JsonPropertyDescription("Settings of MiniLLM alone.")
        MiniLlm minillm,

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
        GRPO,
        MiniLLM
    }

    /** How an answer is compared with the known right one. */
    public enum Verifier {
        Auto,
        Numeric,
        Symbolic,
        Choice,
        Code
    }

    /** Whether klCoefficient stays as it is. */
    @ValidationRule(
            value = "double(self.target) > 0.0 && double(self.target) <= 100000.0",
            message = "expected more than 0 and at most 100000",
            fieldPath = ".target")
    public record KlController(
            @JsonPropertyDescription(
                    "Fixed leaves klCoefficient alone. Adaptive raises it where the divergence is over its target and"
                            + " lowers it where it is under, by a fifth of samples / horizon at most at an update.")
            @Default("Fixed")
            Kind kind,

            @JsonPropertyDescription("The divergence aimed at, in nats an answer, a decimal in quotes.")
            @Default("6")
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String target,

            @JsonPropertyDescription("Answers over which the coefficient follows; more is slower.")
            @Default("10000")
            @Min(1)
            @Max(1_000_000_000)
            Integer horizon) {

        /** Fixed leaves klCoefficient alone. */
        public enum Kind {
            Fixed,
            Adaptive
        }
    }

    /** Settings of PPO alone. */
    @ValidationRule(value = "double(self.lambda) <= 1.0", message = "expected at most 1", fieldPath = ".lambda")
    @ValidationRule(value = "double(self.valueClip) > 0.0", message = "expected more than 0", fieldPath = ".valueClip")
    @ValidationRule(
            value = "!has(self.valueLearningRate) || (double(self.valueLearningRate) > 0.0 &&"
                    + " double(self.valueLearningRate) <= 1.0)",
            message = "expected more than 0 and at most 1",
            fieldPath = ".valueLearningRate")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ppo(
            @JsonPropertyDescription(
                    "How far advantages look ahead (GAE's lambda), a decimal in quotes, at most \"1\".")
            @Default("0.95")
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String lambda,

            @JsonPropertyDescription("Shift and scale the advantages of an update to mean 0 and variance 1.")
            @Default("true")
            Boolean whitenAdvantages,

            @JsonPropertyDescription("How far a value may move from what it was, a decimal in quotes.")
            @Default("0.2")
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String valueClip,

            @JsonPropertyDescription("Weight of the value loss beside the policy's, a decimal in quotes.")
            @Default("0.1")
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String valueWeight,

            @JsonPropertyDescription(
                    "What the value head takes any answer to be worth to begin with, a decimal in quotes.")
            @Default("0")
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String valueStart,

            @JsonPropertyDescription("Learning rate of the value head, a decimal in quotes. Left out, the policy's.")
            @Nullable
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String valueLearningRate,

            @JsonPropertyDescription("First updates that train the value head alone.")
            @Default("0")
            @Min(0)
            @Max(1_000_000)
            Integer valueOnlyUpdates) {}

    /** Settings of GRPO alone. */
    public record Grpo(
            @JsonPropertyDescription(
                    "Std divides an answer's advantage by the standard deviation of its group's rewards and its loss by"
                            + " its length (Shao et al., 2024). None does neither (Dr. GRPO, Liu et al., 2025).")
            @Default("Std")
            Scale scale) {

        /** What an answer's advantage is divided by. */
        public enum Scale {
            Std,
            None
        }
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

    /** Settings of MiniLLM alone. */
    public record MiniLlm(
            @JsonPropertyDescription(
                    "Divide what is to come after a token by how much there is to come, so that early tokens"
                            + " weigh no more than late ones.")
            @Default("true")
            Boolean lengthNormalized) {}
}
