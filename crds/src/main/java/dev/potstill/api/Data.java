package dev.potstill.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** From raw teacher interactions to a graded training set. */
public record Data(
        List<Source> sources,
        Filter filter,
        Augmentation augmentation,
        Difficulty difficulty,
        HeldOut heldOut,
        @Nullable Languages languages,
        List<Redaction> redact,
        List<Suite> decontaminate) {

    /** Where interactions or prompts come from. */
    public record Source(String uri, Format format) {}

    /** ChatJsonl: an object with messages, or question and answer, a line. PromptJsonl: prompt and, if known, answer. */
    public enum Format {
        ChatJsonl,
        PromptJsonl,
        Parquet,
        Text
    }

    /** Which interactions are kept. */
    public record Filter(Reasoning reasoning, Integer maxInteractions) {}

    /** Whether an interaction must show its reasoning to be kept. */
    public enum Reasoning {
        Required,
        Any
    }

    /** More answers sampled from the teacher. {@code samplesPerPrompt: 0} samples none. */
    public record Augmentation(
            Integer samplesPerPrompt, String temperature, Integer maxTokens, Integer maxSamples, Boolean contrastive) {}

    /** Shares of the grades, by the teacher's perplexity of the answer; they add up to 100. */
    public record Difficulty(Integer basePercent, Integer advancedPercent, Integer challengePercent) {}

    /** Rows set aside for perplexity and divergence: never trained on. */
    public record HeldOut(Integer percent, Integer maxRows) {}

    /** The mix of languages. */
    public record Languages(Integer nonEnglishPercent) {}

    /** What is masked before anything is stored. */
    public enum Redaction {
        Email,
        Phone,
        Secret
    }
}
