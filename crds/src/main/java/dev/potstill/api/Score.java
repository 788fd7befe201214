package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One score of one model, with the teacher's and the start model's beside it; decimal strings in the suite's unit. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Score(
        @JsonPropertyDescription("The benchmark.") @Required Suite suite,

        @JsonPropertyDescription("The model scored: Teacher, Start, Student, Quantized, or the student after a stage.")
        @Required
        @Size(min = 1, max = 63)
        String model,

        @JsonPropertyDescription("The score, a decimal.") @Required @Size(min = 1, max = 32)
        String value,

        @JsonPropertyDescription("The unit of the score: percent, perplexity, nats, …") @Required @Size(max = 32)
        String unit,

        @JsonPropertyDescription("The teacher's score, in the same unit.") @Nullable @Size(max = 32)
        String teacher,

        @JsonPropertyDescription("The start model's score, in the same unit.") @Nullable @Size(max = 32)
        String start,

        @JsonPropertyDescription("Questions or rows the score was computed on.") @Required
        Integer samples,

        @JsonPropertyDescription("Whether the suite's gates hold, where it has any.") @Nullable
        Verdict verdict) {

    /** Whether a gate holds. */
    public enum Verdict {
        Pass,
        Fail
    }
}
