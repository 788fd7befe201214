package dev.potstill.trainer.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.potstill.trainer.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The different ways in which a prompt with a known answer was answered right, a line of {@code paths.jsonl}.
 *
 * @param id the question's
 * @param prompt the conversation up to the answer
 * @param reference the known right answer
 */
public record MultiPath(String id, List<Message> prompt, String reference, List<Path> paths) {

    public MultiPath {
        prompt = List.copyOf(prompt);
        paths = List.copyOf(paths);
    }

    /**
     * One way.
     *
     * @param steps what tells it from the others
     * @param answer the first answer that took it, or the one that became a row
     * @param answers how many answers took it
     * @param row the id of the row that it became; null where it became none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Path(
            List<String> steps,
            String answer,
            int answers,
            @Nullable String row) {
        public Path {
            steps = List.copyOf(steps);
        }
    }
}
