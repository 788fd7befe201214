package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One thing that is known about a run, in the form that Kubernetes gives conditions. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @JsonPropertyDescription("What it is about: Accepted, Reconciling, Stalled, Ready, GatesPassed or Succeeded.")
        @Required
        @Size(min = 1, max = 64)
        String type,

        @JsonPropertyDescription("Whether it holds.") @Required
        Status status,

        @JsonPropertyDescription("Why, as one CamelCase word.")
        @Required
        @Pattern(Form.REASON)
        @Size(min = 1, max = 128)
        String reason,

        @JsonPropertyDescription("Why, for people.") @Required @Size(max = 32_768)
        String message,

        @JsonPropertyDescription("When the status last changed, in RFC 3339.") @Required @Size(min = 1, max = 64)
        String lastTransitionTime,

        @JsonPropertyDescription("The generation of the resource that this was said of.") @Nullable
        Long observedGeneration) {

    /** Unknown is said until it is known. */
    public enum Status {
        True,
        False,
        Unknown
    }
}
