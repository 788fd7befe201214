package dev.potstill.trainer.data;

import dev.potstill.trainer.text.Message;
import java.util.List;

/**
 * A right and a wrong answer to the same prompt, a line of {@code contrastive.jsonl}.
 *
 * @param id unique in the file
 * @param prompt the conversation up to the answer
 */
public record Contrast(String id, List<Message> prompt, String right, String wrong) {

    public Contrast {
        prompt = List.copyOf(prompt);
    }
}
