package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Asks a server for answers in text, at {@code POST /v1/chat/completions}. */
public final class Chat {
    static final String PATH = "chat/completions";

    private static final int SHOWN = 60;

    private final EndpointClient client;

    public Chat(EndpointClient client) {
        this.client = client;
    }

    /**
     * A question.
     *
     * @param maxTokens of the answer
     * @param seed of its draws, where the server heeds it
     */
    public record Asked(List<Message> messages, double temperature, int maxTokens, int seed) {
        public Asked {
            messages = List.copyOf(messages);
        }
    }

    /**
     * An answer.
     *
     * @param text with what the model thought before it in a {@code <think>} block, where the server tells that apart
     * @param ended whether it came to an end of itself
     * @param promptTokens that the server counted, or 0
     * @param tokens that it counted of the answer, reasoning included; or, where it counts none, as many as were allowed
     */
    public record Said(String text, boolean ended, int promptTokens, int tokens) {}

    /** Whoever takes an answer as it arrives: the place of its question among all, and what was said. From any thread. */
    @FunctionalInterface
    public interface Arrival {
        void of(int question, Said said);
    }

    /** The answers to several questions, in their order. */
    public List<Said> answers(List<Asked> questions) {
        Said[] all = new Said[questions.size()];
        answers(questions, (i, said) -> all[i] = said);
        return List.of(all);
    }

    /** Asks several questions at once. Where one fails, the others are still answered before that is thrown. */
    public void answers(List<Asked> questions, Arrival arrival) {
        List<Future<?>> asked = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            int place = i;
            asked.add(client.start(() -> {
                arrival.of(place, answer(questions.get(place)));
                return place;
            }));
        }
        List<RuntimeException> failures = new ArrayList<>();
        for (Future<?> one : asked) {
            try {
                EndpointClient.result(one);
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private Said answer(Asked asked) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.put("model", client.server().model());
        ArrayNode messages = question.putArray("messages");
        asked.messages()
                .forEach(message ->
                        messages.addObject().put("role", message.role()).put("content", message.content()));
        question.put("temperature", asked.temperature())
                .put("max_tokens", asked.maxTokens())
                .put("seed", asked.seed());
        JsonNode answer = client.ask(PATH, question, " to the question that begins " + beginning(asked));
        JsonNode message = answer.at("/choices/0/message");
        if (!message.isObject()) {
            throw client.server()
                    .rejected(
                            client.server().at(PATH),
                            "answered without choices and a message in the first",
                            "Expected an OpenAI-compatible server; check %s.url"
                                    .formatted(client.server().field()));
        }
        return new Said(
                text(message),
                answer.at("/choices/0/finish_reason").asText().equals("stop"),
                answer.at("/usage/prompt_tokens").asInt(0),
                answer.at("/usage/completion_tokens").asInt(asked.maxTokens()));
    }

    /** By which its row is found again. */
    private static String beginning(Asked asked) {
        String words =
                asked.messages().getLast().content().replaceAll("\\s+", " ").strip();
        int end = words.offsetByCodePoints(0, Math.min(SHOWN, words.codePointCount(0, words.length())));
        return "\"%s\"".formatted(end == words.length() ? words : words.substring(0, end) + "…");
    }

    /** vLLM, SGLang and llama.cpp tell reasoning apart where they are set to, by one name or the other. */
    private static String text(JsonNode message) {
        Optional<String> thoughts = Stream.of("reasoning_content", "reasoning")
                .map(message::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .filter(text -> !text.isBlank())
                .findFirst();
        String content =
                message.path("content").isTextual() ? message.path("content").textValue() : "";
        return thoughts.map(text -> "<think>\n" + text.strip() + "\n</think>\n\n" + content.strip())
                .orElse(content);
    }
}
