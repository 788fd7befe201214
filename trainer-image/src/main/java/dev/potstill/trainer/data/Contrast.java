package dev.potstill.trainer.data;

import dev.potstill.trainer.text.Message;
import java.util.List;

/**
 * A right and a wrong answer to the same prompt, a line of {@code contrastive.jsonl}.
 *
 * @param id unique in the file
 * @param prompt the conversation up to the answer
 * @param right of all right paths the one that the wrong one follows furthest
 * @param shared how many steps they begin with that are the same: the step after these is where they part
 */
public record Contrast(String id, List<Message> prompt, String right, String wrong, int shared) {

    public Contrast {
        prompt = List.copyOf(prompt);
    }
}
