package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Dynamic teacher switching: which teacher answers which prompt. */
@ValidationRule(
        value = "self.easy != self.hard",
        message = "expected another teacher than the easy one",
        fieldPath = ".hard")
public record Routing(
        @JsonPropertyDescription(
                "How a prompt is routed. Complexity: by what can be counted in it, such as its length, numbers,"
                        + " mathematics, code and conditions. Perplexity: by how unlikely it is to the easy teacher.")
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
        String hard,

        @JsonPropertyDescription(
                "Percent of the distinct prompts that are hard: exactly the hardest ones by the policy.")
        @Default("30")
        @Min(0)
        @Max(100)
        Integer hardPercent) {

    /** How a prompt is routed. */
    public enum Policy {
        Complexity,
        Perplexity
    }
}
