package dev.potstill.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.data.Lines.Line;
import dev.potstill.trainer.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lists of messages as chat logs have them. */
final class Conversation {
    /** What OpenAI-compatible servers call who speaks. */
    private static final Map<String, String> OPEN_AI_ROLES =
            Map.of("system", "system", "developer", "system", "user", "user", "assistant", "assistant");

    /** What ShareGPT's exports call who speaks. */
    private static final Map<String, String> SHARE_GPT_ROLES =
            Map.of("system", "system", "human", "user", "user", "user", "gpt", "assistant", "assistant", "assistant");

    private Conversation() {}

    static List<Message> openAi(Line line, JsonNode list) {
        return messages(line, list, "messages", "role", "content", OPEN_AI_ROLES);
    }

    static List<Message> shareGpt(Line line, JsonNode list) {
        return messages(line, list, "conversations", "from", "value", SHARE_GPT_ROLES);
    }

    private static List<Message> messages(
            Line line, JsonNode list, String name, String who, String what, Map<String, String> roles) {
        if (!list.isArray() || list.isEmpty()) {
            String found = list.isArray() ? "an empty list" : Interaction.kind(list);
            throw Interaction.malformed(line, name + ": found " + found + ", expected a list of messages");
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String path = name + "[" + i + "].";
            String role = role(line, list.get(i).path(who), path + who, roles);
            messages.add(new Message(role, content(line, list.get(i).path(what), path + what)));
        }
        requireAnOrder(line, name, messages);
        return messages;
    }

    private static String role(Line line, JsonNode found, String path, Map<String, String> roles) {
        String role = roles.get(found.asText());
        if (!found.isTextual() || role == null) {
            String what = found.isTextual() ? "\"" + found.asText() + "\"" : Interaction.kind(found);
            throw Interaction.malformed(
                    line,
                    path + ": found " + what + ", expected one of "
                            + roles.keySet().stream().sorted().toList());
        }
        return role;
    }

    /** Text, or OpenAI's list of parts where all of them are text. */
    private static String content(Line line, JsonNode content, String path) {
        if (!content.isArray()) {
            return Interaction.text(line, content, path);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            text.append(Interaction.text(line, content.get(i).path("text"), path + "[" + i + "].text"));
        }
        return text.toString();
    }

    private static void requireAnOrder(Line line, String name, List<Message> messages) {
        boolean asked = false;
        for (int i = 0; i < messages.size(); i++) {
            String role = messages.get(i).role();
            if (role.equals("system") && i > 0) {
                throw Interaction.malformed(line, name + "[" + i + "]: found a system message, expected it first");
            }
            if (messages.get(i).isAnswer() && !asked) {
                throw Interaction.malformed(
                        line, name + "[" + i + "]: found an answer, expected a user's message before it");
            }
            asked |= role.equals("user");
        }
        if (!asked) {
            throw Interaction.malformed(line, name + ": found no user's message, expected one");
        }
    }
}
