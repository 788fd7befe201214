package dev.potstill.trainer.data;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param first whether no earlier row has the same prompt: then the teacher is asked
 * @param tokens of the prompt as the teacher sees it
 * @param verifier how an answer is compared with the reference, where the source says
 * @param language an ISO 639-1 code; null where it is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Question(
        String id,
        List<Message> prompt,
        @Nullable String answer,
        @Nullable String reference,
        long opening,
        boolean first,
        int tokens,
        @Nullable Verifier verifier,
        @Nullable String language) {

    Question {
        prompt = List.copyOf(prompt);
    }

    /** One that names neither verifier nor language. */
    Question(
            String id,
            List<Message> prompt,
            @Nullable String answer,
            @Nullable String reference,
            long opening,
            boolean first,
            int tokens) {
        this(id, prompt, answer, reference, opening, first, tokens, null, null);
    }

    /** The question for those who judge answers; empty where no right one is known. */
    Optional<Asked> asked() {
        return Optional.ofNullable(reference)
                .map(known ->
                        new Asked(prompt.getLast().content(), known, verifier == null ? Verifier.Auto : verifier));
    }
}
