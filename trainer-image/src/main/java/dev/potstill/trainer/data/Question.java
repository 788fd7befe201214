package dev.potstill.trainer.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.trainer.reward.Asked;
import dev.potstill.trainer.text.Message;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An interaction that passed the filter.
 *
 * @param id unique in the data set
 * @param prompt the conversation up to the answer
 * @param answer the source's, where it has one
 * @param reference the known right answer, where there is one
 * @param opening the fingerprint of how the conversation opens: by it, rows are set aside
 * @param first whether no earlier row has the same prompt: then the teacher is asked. Last in a line, so that it is told apart from
 *     the rest, which does not depend on other rows
 * @param tokens of the prompt as the teacher sees it
 * @param verifier how an answer is compared with the reference, where the source says
 * @param language a code of ISO 639-1, or {@code und} where no letter tells it
 * @param source the index of its source
 * @param carried whether the reference came from another row with the same prompt: then the source's answer was not held against it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "id",
    "prompt",
    "answer",
    "reference",
    "opening",
    "tokens",
    "verifier",
    "language",
    "source",
    "carried",
    "first"
})
record Question(
        String id,
        List<Message> prompt,
        @Nullable String answer,
        @Nullable String reference,
        long opening,
        boolean first,
        int tokens,
        @Nullable Verifier verifier,
        @Nullable String language,
        int source,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean carried) {

    Question {
        prompt = List.copyOf(prompt);
    }

    /** One that names no verifier and no language, of the first source. */
    Question(
            String id,
            List<Message> prompt,
            @Nullable String answer,
            @Nullable String reference,
            long opening,
            boolean first,
            int tokens) {
        this(id, prompt, answer, reference, opening, first, tokens, null, null, 0, false);
    }

    /** The same with a right answer that another row knows. */
    Question carrying(String known, Optional<Verifier> how) {
        return new Question(
                id, prompt, answer, known, opening, first, tokens, how.orElse(null), language, source, true);
    }

    /** The question for those who judge answers; empty where no right one is known. */
    Optional<Asked> asked() {
        return Optional.ofNullable(reference)
                .map(known ->
                        new Asked(prompt.getLast().content(), known, verifier == null ? Verifier.Auto : verifier));
    }
}
