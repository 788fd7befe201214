package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A score the student must reach. */
@ValidationRule(
        value = "has(self.minPercentOfTeacher) != has(self.minScore)",
        message = "expected exactly one of minPercentOfTeacher and minScore")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Gate(
        @JsonPropertyDescription("The benchmark; one of evaluation.suites.") @Required
        Suite suite,

        @JsonPropertyDescription("The student's score must be at least this percent of the teacher's.")
        @Nullable
        @Min(1)
        @Max(1000)
        Integer minPercentOfTeacher,

        @JsonPropertyDescription("The student's score must be at least this, in the suite's unit.")
        @Nullable
        @Min(0)
        @Max(1_000_000)
        Integer minScore) {}
