package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;

/** What a server says to a question, once it answers. */
sealed interface Reply {
    record Answer(JsonNode json) implements Reply {}

    /** A 4xx: asked again, it would say the same. */
    record Refusal(int status, String words) implements Reply {
        @Override
        public String toString() {
            return "answered " + status + (words.isEmpty() ? "" : ": " + words);
        }
    }
}
