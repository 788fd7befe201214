package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;

/** What a server says to a question, once it answers. */
sealed interface Reply {
    record Answer(JsonNode json) implements Reply {}

    /**
     * A 4xx: asked again, it would say the same.
     *
     * @param status 0 where a question that it may not know failed in some way, which the words tell
     */
    record Refusal(int status, String words) implements Reply {
        @Override
        public String toString() {
            return status == 0 ? words : "answered " + status + (words.isEmpty() ? "" : ": " + words);
        }
    }
}
