package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** The reinforcement stage: the student's own answers, rewarded. */
public record Reinforcement(
        Algorithm algorithm,
        Reward reward,
        Integer updates,
        Integer promptsPerUpdate,
        Integer samplesPerPrompt,
        Integer maxTokens,
        Integer unfrozenLayers,
        String klCoefficient,
        @Nullable String learningRate) {

    /** How the policy is improved. */
    public enum Algorithm {
        PPO,
        GRPO
    }

    /** The weights of the reward's terms; they add up to 100. */
    public record Reward(Integer accuracyPercent, Integer safetyPercent, Integer diversityPercent) {}
}
