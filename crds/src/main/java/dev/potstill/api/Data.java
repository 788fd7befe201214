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

/** From raw teacher interactions to a graded training set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Data(
        @JsonPropertyDescription("Where interactions or prompts come from; read in this order.")
        @Required
        @Size(min = 1, max = 64)
        List<Source> sources,

        @JsonPropertyDescription("Which interactions are kept.")
        Filter filter,

        @JsonPropertyDescription("More answers sampled from the teacher.")
        Augmentation augmentation,

        @JsonPropertyDescription("Shares of the grades of the training set, by the teacher's perplexity of the answer.")
        Difficulty difficulty,

        @JsonPropertyDescription("Rows set aside for perplexity and divergence; never trained on.")
        HeldOut heldOut,

        @JsonPropertyDescription("The mix of languages. Left out, it is as it comes.") @Nullable
        Languages languages,

        @JsonPropertyDescription("What is masked before anything is stored.") @Size(max = 3)
        List<Redaction> redact,

        @JsonPropertyDescription("Benchmarks whose questions are removed from the training set.") @Size(max = 10)
        List<Suite> decontaminate,

        @JsonPropertyDescription("Memory for tables over all rows; what needs more is spilled to the workspace.")
        @Default("1Gi")
        @Pattern(Form.VOLUME)
        @Size(max = 12)
        String memory,

        @JsonPropertyDescription(
                "Pods that share the work in a cluster: each takes the next part that nobody is at, and the"
                        + " training set is the same for any number. A teacher's endpoint is asked by each of them, maxConcurrency at once."
                        + " On one machine it is one process, whatever this says.")
        @Default("1")
        @Min(1)
        @Max(64)
        Integer shards) {

    public Data {
        sources = List.copyOf(sources);
        redact = List.copyOf(redact);
        decontaminate = List.copyOf(decontaminate);
    }

    /** Where interactions or prompts come from. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Source(
            @JsonPropertyDescription("A file, or a folder whose files are read in the order of their names.")
            @Required
            @Pattern(Form.LOCATION)
            @Size(min = 1, max = 1024)
            String uri,

            @JsonPropertyDescription("How the file is to be read. ChatJsonl: a line is an object with messages, or with"
                    + " question and answer. PromptJsonl: with prompt and, if known, answer. Parquet: columns of those"
                    + " names. Text: paragraphs, each a prompt.")
            @Default("ChatJsonl")
            Format format,

            @JsonPropertyDescription(
                    "Its licence, for the data card, as an SPDX name or in words. Left out, it is what the"
                            + " dataset card (README.md) in its folder says.")
            @Nullable
            @Size(min = 1, max = 128)
            String license) {}

    /** ChatJsonl: an object with messages, or question and answer, a line. PromptJsonl: prompt and, if known, answer. */
    public enum Format {
        ChatJsonl,
        PromptJsonl,
        Parquet,
        Text
    }

    /** Which interactions are kept. */
    public record Filter(
            @JsonPropertyDescription("Whether an interaction must show its reasoning to be kept.") @Default("Required")
            Reasoning reasoning,

            @JsonPropertyDescription("Interactions kept at most, over all sources.")
            @Default("1000000")
            @Min(1)
            @Max(100_000_000)
            Integer maxInteractions,

            @JsonPropertyDescription(
                    "Percent of words in common, by runs of five, from which a longer interaction is left out"
                            + " for an earlier one. 100: only equal ones are.")
            @Default("80")
            @Min(50)
            @Max(100)
            Integer nearDuplicatePercent,

            @JsonPropertyDescription(
                    "Percent of lines that may be malformed: they are set apart. Past it the stage fails.")
            @Default("1")
            @Min(0)
            @Max(100)
            Integer maxMalformedPercent) {}

    /** Whether an interaction must show its reasoning to be kept. */
    public enum Reasoning {
        Required,
        Any
    }

    /** More answers sampled from the teacher. {@code samplesPerPrompt: 0} samples none. */
    @ValidationRule(
            value = "double(self.temperature) <= 10.0",
            message = "expected at most 10",
            fieldPath = ".temperature")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Augmentation(
            @JsonPropertyDescription("Answers sampled from the teacher for each prompt; 0 samples none.")
            @Default("5")
            @Min(0)
            @Max(64)
            Integer samplesPerPrompt,

            @JsonPropertyDescription("Sampling temperature, a decimal in quotes from \"0\" (greedy) to \"10\".")
            @Default("0.7")
            @Pattern(Form.DECIMAL)
            @Size(max = 24)
            String temperature,

            @JsonPropertyDescription("Tokens of an answer at most.") @Default("512") @Min(1) @Max(131_072)
            Integer maxTokens,

            @JsonPropertyDescription("Sampled answers in all at most, spread evenly over the prompts.")
            @Default("500000")
            @Min(1)
            @Max(100_000_000)
            Integer maxSamples,

            @JsonPropertyDescription("Whether wrong answers are kept as contrast to the right ones.") @Default("true")
            Boolean contrastive,

            @JsonPropertyDescription(
                    "Which right answers to a prompt with a known answer become rows. Distinct: one of each"
                            + " path, that is, sequence of steps. All: every text.")
            @Default("Distinct")
            Paths paths,

            @JsonPropertyDescription(
                    "Tokens in all at most, of questions and answers, that sampling may take. When they are spent"
                            + " no more is asked, and the stage goes on with what there is. Left out, there is no limit.")
            @Nullable
            @Min(1)
            @Max(1_000_000_000_000_000L)
            Long tokenBudget) {

        /** How many are sampled: without chance in it, a second answer would be the first again. */
        public int answersPerPrompt() {
            return Double.parseDouble(temperature) == 0 ? Math.min(1, samplesPerPrompt) : samplesPerPrompt;
        }
    }

    /** Which right answers to the same prompt become rows. */
    public enum Paths {
        Distinct,
        All
    }

    /** Shares of the grades, by the teacher's perplexity of the answer; they add up to 100. */
    @ValidationRule(
            value = "self.basePercent + self.advancedPercent + self.challengePercent == 100",
            message = "expected basePercent + advancedPercent + challengePercent to be 100; give all three")
    public record Difficulty(
            @JsonPropertyDescription("Percent of answers that the teacher finds easy.") @Default("60") @Min(0) @Max(100)
            Integer basePercent,

            @JsonPropertyDescription("Percent of answers of middling perplexity.") @Default("30") @Min(0) @Max(100)
            Integer advancedPercent,

            @JsonPropertyDescription("Percent of answers that the teacher finds hard.") @Default("10") @Min(0) @Max(100)
            Integer challengePercent) {}

    /** Rows set aside for perplexity and divergence: never trained on. */
    public record HeldOut(
            @JsonPropertyDescription("Percent of the rows that are set aside.") @Default("2") @Min(1) @Max(50)
            Integer percent,

            @JsonPropertyDescription("Rows set aside at most.") @Default("1000") @Min(1) @Max(1_000_000)
            Integer maxRows) {}

    /** The mix of languages. */
    public record Languages(
            @JsonPropertyDescription("Percent of the rows to train on that are not in English, at least.")
            @Default("20")
            @Min(0)
            @Max(100)
            Integer nonEnglishPercent,

            @JsonPropertyDescription(
                    "How the share is reached where it is not there. DownsampleEnglish: English rows are left"
                            + " out, chosen by their fingerprints. RepeatOthers: the other rows are repeated.")
            @Default("DownsampleEnglish")
            Method method) {

        /** How the share is reached. */
        public enum Method {
            DownsampleEnglish,
            RepeatOthers
        }
    }

    /** What is masked before anything is stored. */
    public enum Redaction {
        Email,
        Phone,
        Secret
    }
}
