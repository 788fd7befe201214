package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Dynamic teacher switching: which teacher answers which prompt. */
public record Routing(
        @JsonPropertyDescription("How a prompt is routed. Complexity: by how hard the prompt is.")
        @Default("Complexity")
        Policy policy,

        @JsonPropertyDescription("The name of the teacher that answers easy prompts.")
        @Required
        @Pattern(Form.DNS_LABEL)
        @Size(min = 1, max = 63)
        String easy,

        @JsonPropertyDescription("The name of the teacher that answers hard prompts.")
        @Required
        @Pattern(Form.DNS_LABEL)
        @Size(min = 1, max = 63)
        String hard) {

    /** How a prompt is routed. */
    public enum Policy {
        Complexity
    }
}
