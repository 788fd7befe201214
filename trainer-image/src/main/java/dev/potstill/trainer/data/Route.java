package dev.potstill.trainer.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Which teacher a prompt goes to and why, a line of {@code routes.jsonl}.
 *
 * @param id the question's
 * @param teacher the name of the teacher that answers it
 * @param hardness by the policy: points of complexity, or the easy teacher's perplexity of the prompt
 * @param complexity what was counted in the prompt, where the policy is that
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Route(
        String id,
        String teacher,
        double hardness,
        @Nullable Complexity complexity) {}
