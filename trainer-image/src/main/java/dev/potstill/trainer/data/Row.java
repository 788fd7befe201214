package dev.potstill.trainer.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.trainer.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One interaction of the data set, a line of {@code train.jsonl} and {@code heldout.jsonl}.
 *
 * @param id unique in the data set
 * @param messages the conversation; the last message is the answer
 * @param reference the known right answer to the question, where there is one
 * @param grade by the teacher's perplexity of the answer; null where it was not graded
 * @param perplexity the teacher's, of the answer; null where it was not graded
 * @param origin where the answer came from
 * @param verifier how an answer is compared with the reference; null where the run's settings say
 * @param language of the question, an ISO 639-1 code; null where it is not known
 * @param teacher the name of the teacher that answered; null where the answer is the source's
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Row(
        String id,
        List<Message> messages,
        @Nullable String reference,
        @Nullable Grade grade,
        @Nullable Double perplexity,
        Origin origin,
        @Nullable Verifier verifier,
        @Nullable String language,
        @Nullable String teacher) {

    public Row {
        messages = List.copyOf(messages);
    }

    /** A row that names neither language nor teacher. */
    public Row(
            String id,
            List<Message> messages,
            @Nullable String reference,
            @Nullable Grade grade,
            @Nullable Double perplexity,
            Origin origin,
            @Nullable Verifier verifier) {
        this(id, messages, reference, grade, perplexity, origin, verifier, null, null);
    }

    /** A row that names neither verifier, language nor teacher. */
    public Row(
            String id,
            List<Message> messages,
            @Nullable String reference,
            @Nullable Grade grade,
            @Nullable Double perplexity,
            Origin origin) {
        this(id, messages, reference, grade, perplexity, origin, null, null, null);
    }

    /** How hard an answer is to the teacher. */
    public enum Grade {
        Base,
        Advanced,
        Challenge
    }

    /** Whether the answer was in the source or sampled from the teacher. */
    public enum Origin {
        Source,
        Teacher
    }
}
