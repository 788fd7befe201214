package dev.potstill.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code data-card.json}: what went in, what was kept and why, and what came out.
 *
 * @param sources where rows came from
 * @param steps what each step was given, what it made and what it dropped
 * @param grades rows to train on by grade
 * @param lengths rows to train on by their length in tokens, counted up to each power of two: {@code "<=64"}
 * @param languages rows to train on by language, an ISO 639-1 code each, the most frequent first; {@code unknown} where none was told
 * @param perplexity the teacher's over all answers
 * @param mix how the share of languages was reached; null where none was asked for
 * @param sampling how teachers were asked
 * @param teachers what each teacher did, and what it cost
 * @param paths right answers by different paths, and right ones beside wrong ones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataCard(
        List<Source> sources,
        List<Step> steps,
        Map<String, Long> grades,
        Map<String, Long> lengths,
        Map<String, Long> languages,
        Perplexity perplexity,
        @Nullable Mix mix,
        Sampling sampling,
        List<Teacher> teachers,
        Paths paths) {
    public static final String NAME = "data-card.json";

    public DataCard {
        sources = List.copyOf(sources);
        steps = List.copyOf(steps);
        grades = new LinkedHashMap<>(grades);
        lengths = new LinkedHashMap<>(lengths);
        languages = new LinkedHashMap<>(languages);
        teachers = List.copyOf(teachers);
    }

    /**
     * A source.
     *
     * @param digest of its content where it is a file, else the URI again
     * @param license as the manifest or the source's own dataset card says; null where neither does
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Source(
            String uri,
            String format,
            String digest,
            @Nullable String license) {}

    /**
     * Rows in and out of a step: in and added are as many as out, held out and dropped together.
     *
     * @param added what the step makes: answers beyond the first to a row, copies of rows
     * @param heldOut rows that are set aside
     * @param dropped rows and answers, by reason
     */
    public record Step(String name, long in, long added, long out, long heldOut, Map<String, Long> dropped) {
        public Step {
            dropped = new LinkedHashMap<>(dropped);
        }
    }

    /**
     * The main teacher's perplexity of answers.
     *
     * @param ranges rows by perplexity, a range each: {@code "1-1.41"}, every one the square root of two times as high as the one before
     */
    public record Perplexity(double mean, double median, double highest, Map<String, Long> ranges) {
        public Perplexity {
            ranges = new LinkedHashMap<>(ranges);
        }
    }

    /**
     * How the share of rows in other languages than English was reached.
     *
     * @param method as in {@code spec.data.languages}
     * @param askedPercent of rows not in English
     * @param nonEnglish rows to train on in other languages, repeated ones among them
     * @param rows to train on in all
     * @param left English rows that were left out
     * @param repeated copies of rows beyond the first
     */
    public record Mix(String method, int askedPercent, long nonEnglish, long rows, long left, long repeated) {}

    /**
     * How teachers were asked.
     *
     * @param wanted answers
     * @param answered answers that came
     * @param tokenBudget tokens at most; null where there was no limit
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Sampling(
            int samplesPerPrompt,
            String temperature,
            int maxTokens,
            long wanted,
            long answered,
            @Nullable Long tokenBudget) {}

    /**
     * A teacher's part.
     *
     * @param model the model's URI, or its name at its server
     * @param prompts it was asked about
     * @param answers it gave
     * @param rows of these that are trained on
     * @param promptTokens of all questions, each as often as it was asked
     * @param answerTokens of all answers
     * @param cost of these tokens at the manifest's price; null where it names none
     * @param currency of the cost, where the manifest says
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Teacher(
            String name,
            String model,
            long prompts,
            long answers,
            long rows,
            long promptTokens,
            long answerTokens,
            @Nullable String cost,
            @Nullable String currency) {}

    /**
     * Of prompts with a known answer.
     *
     * @param prompts that have a right answer
     * @param distinct right paths in all
     * @param byCount prompts by how many different right paths they have: {@code "1"}
     * @param pairs of a right and a wrong answer
     */
    public record Paths(long prompts, long distinct, Map<String, Long> byCount, long pairs) {
        public Paths {
            byCount = new LinkedHashMap<>(byCount);
        }
    }
}
