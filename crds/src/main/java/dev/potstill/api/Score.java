package dev.potstill.api;

import org.jspecify.annotations.Nullable;

/** One score of one model, with the teacher's and the start model's beside it; decimal strings in the suite's unit. */
public record Score(
        Suite suite,
        String model,
        String value,
        String unit,
        @Nullable String teacher,
        @Nullable String start,
        Integer samples,
        @Nullable Verdict verdict) {

    /** Whether a gate holds. */
    public enum Verdict {
        Pass,
        Fail
    }
}
