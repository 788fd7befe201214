package dev.potstill.trainer.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Data.Format;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.trainer.data.source.Lines.Line;
import dev.potstill.trainer.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one row of a source tells.
 *
 * @param prompt the conversation up to where the assistant answers
 * @param answer the answer, where the source has one to learn from
 * @param reference the known right answer, where there is one
 * @param verifier how an answer is compared with it, where the row says
 * @param cut whether the row says that its answer was cut off
 */
public record Interaction(
        List<Message> prompt,
        Optional<String> answer,
        Optional<String> reference,
        Optional<Verifier> verifier,
        boolean cut) {

    public Interaction {
        prompt = List.copyOf(prompt);
    }

    /** One that names no verifier and was not cut off. */
    public Interaction(List<Message> prompt, Optional<String> answer, Optional<String> reference) {
        this(prompt, answer, reference, Optional.empty(), false);
    }

    /** Of a line of JSON; a {@link dev.potstill.contract.Problem} that names the place where it is malformed. */
    public static Interaction parse(Line line, Format format) {
        try {
            return of(line.text(), format);
        } catch (Malformed e) {
            throw e.in(line);
        }
    }

    /** Of a JSON object, whose fields say in Parquet whether it is a chat. */
    static Interaction of(String text, Format format) {
        JsonNode json = Fields.object(text);
        return switch (format) {
            case ChatJsonl -> Chats.read(json);
            case PromptJsonl -> Prompts.read(json);
            case Parquet -> Chats.isOne(json) ? Chats.read(json) : Prompts.read(json);
            case Text -> throw new IllegalArgumentException("text is not read as JSON");
        };
    }

    /** What was said, in turn, the answer last. */
    public List<Message> messages() {
        var all = new ArrayList<>(prompt);
        answer.ifPresent(said -> all.add(new Message("assistant", said)));
        return all;
    }
}
