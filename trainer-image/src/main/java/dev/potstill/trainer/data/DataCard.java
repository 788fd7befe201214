package dev.potstill.trainer.data;

import java.util.List;
import java.util.Map;

/**
 * {@code data-card.json}: what went in, what was kept and why.
 *
 * @param sources where rows came from
 * @param steps what each step was given, what it made and what it dropped
 * @param grades rows by grade
 * @param lengths rows by their length in tokens, counted up to each power of two: {@code "<=64"}
 * @param perplexity the teacher's over all answers
 */
public record DataCard(
        List<Source> sources,
        List<Step> steps,
        Map<String, Long> grades,
        Map<String, Long> lengths,
        Perplexity perplexity) {

    public DataCard {
        sources = List.copyOf(sources);
        steps = List.copyOf(steps);
    }

    /** A source, and its content's digest where it is a file. */
    public record Source(String uri, String format, String digest) {}

    /** Rows in and out of a step; dropped by reason. A step that samples makes more than it is given. */
    public record Step(String name, long in, long out, Map<String, Long> dropped) {}

    public record Perplexity(double mean, double median, double highest) {}
}
