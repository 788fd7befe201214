package dev.potstill.trainer.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.potstill.trainer.text.Message;
import java.util.List;
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
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Question(
        String id,
        List<Message> prompt,
        @Nullable String answer,
        @Nullable String reference,
        long opening,
        boolean first,
        int tokens) {

    Question {
        prompt = List.copyOf(prompt);
    }
}
