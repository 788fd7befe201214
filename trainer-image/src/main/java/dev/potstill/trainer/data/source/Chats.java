package dev.potstill.trainer.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.reward.FinalAnswer;
import dev.potstill.trainer.text.Message;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Rows of chat logs: messages as OpenAI's or ShareGPT's, or a question and its answer. */
final class Chats {
    /** What servers say of an answer that met its limit of tokens. */
    private static final String CUT = "length";

    private Chats() {}

    static boolean isOne(JsonNode json) {
        return Fields.isGiven(json.path("messages"))
                || Fields.isGiven(json.path("conversations"))
                || Fields.isGiven(json.path("question")) && Fields.isGiven(json.path("answer"));
    }

    static Interaction read(JsonNode json) {
        if (Fields.isGiven(json.path("messages"))) {
            return conversation(json, Conversation.openAi(json.get("messages"), "messages"));
        }
        if (Fields.isGiven(json.path("conversations"))) {
            return conversation(json, instructed(json, Conversation.shareGpt(json.get("conversations"))));
        }
        if (json.has("question") && json.has("answer")) {
            return answered(json);
        }
        throw new Malformed("found the fields " + Fields.names(json)
                + ", expected messages, conversations, or question and answer");
    }

    private static Interaction answered(JsonNode json) {
        String answer = Fields.textOrNumber(json, "answer");
        Optional<String> reference = FinalAnswer.concluded(answer).or(() -> reference(json));
        return new Interaction(
                List.of(Fields.user(Fields.text(json, "question"))),
                Optional.of(answer),
                reference,
                Optional.empty(),
                isCut(json));
    }

    /** Some exports of ShareGPT have the system's message beside the conversation. */
    private static List<Message> instructed(JsonNode json, List<Message> messages) {
        JsonNode system = json.path("system");
        boolean apart = system.isTextual()
                && !system.textValue().isBlank()
                && !messages.getFirst().role().equals("system");
        return apart
                ? Stream.concat(Stream.of(new Message("system", Fields.textOf(system, "system"))), messages.stream())
                        .toList()
                : messages;
    }

    /** The last message is the answer, unless the conversation breaks off at a question. */
    private static Interaction conversation(JsonNode json, List<Message> messages) {
        Message last = messages.getLast();
        return new Interaction(
                last.isAnswer() ? messages.subList(0, messages.size() - 1) : messages,
                last.isAnswer() ? Optional.of(last.content()) : Optional.empty(),
                reference(json),
                Optional.empty(),
                isCut(json));
    }

    private static Optional<String> reference(JsonNode json) {
        return Fields.isGiven(json.path("reference"))
                ? Optional.of(FinalAnswer.reference(Fields.textOrNumber(json, "reference")))
                : Optional.empty();
    }

    private static boolean isCut(JsonNode json) {
        return json.path("finish_reason").asText().equals(CUT);
    }
}
