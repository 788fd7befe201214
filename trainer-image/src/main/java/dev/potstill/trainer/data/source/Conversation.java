package dev.potstill.trainer.data.source;

import com.fasterxml.jackson.databind.JsonNode;
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

    /** What a kind of chat log calls its list, who speaks and what is said. */
    private record Form(String list, String who, String what, Map<String, String> roles) {}

    private Conversation() {}

    static List<Message> openAi(JsonNode list, String name) {
        return messages(list, new Form(name, "role", "content", OPEN_AI_ROLES));
    }

    static List<Message> shareGpt(JsonNode list) {
        return messages(list, new Form("conversations", "from", "value", SHARE_GPT_ROLES));
    }

    private static List<Message> messages(JsonNode list, Form form) {
        if (!list.isArray() || list.isEmpty()) {
            String found = list.isArray() ? "an empty list" : Fields.kind(list);
            throw new Malformed(form.list() + ": found " + found + ", expected a list of messages");
        }
        List<Message> messages = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            messages.add(message(list.get(i), form.list() + "[" + i + "].", form));
        }
        requireAnOrder(form.list(), messages);
        return messages;
    }

    private static Message message(JsonNode json, String path, Form form) {
        String role = role(json.path(form.who()), path + form.who(), form.roles());
        String content = content(json.path(form.what()), path + form.what());
        // Servers of reasoning models hand thoughts over beside the answer; the model itself wrote them before it.
        String apart = Fields.isGiven(json.path("reasoning_content")) ? "reasoning_content" : "reasoning";
        JsonNode thoughts = json.path(apart);
        return thoughts.isTextual() && !thoughts.textValue().isBlank()
                ? new Message(role, "<think>\n" + Fields.textOf(thoughts, path + apart) + "\n</think>\n\n" + content)
                : new Message(role, content);
    }

    private static String role(JsonNode found, String path, Map<String, String> roles) {
        String role = roles.get(found.asText());
        if (!found.isTextual() || role == null) {
            String what = found.isTextual() ? "\"" + found.asText() + "\"" : Fields.kind(found);
            throw new Malformed(path + ": found " + what + ", expected one of "
                    + roles.keySet().stream().sorted().toList());
        }
        return role;
    }

    /** Text, or OpenAI's list of parts where all of them are text. */
    private static String content(JsonNode content, String path) {
        if (!content.isArray()) {
            return Fields.textOf(content, path);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            text.append(Fields.textOf(content.get(i).path("text"), path + "[" + i + "].text"));
        }
        return text.toString();
    }

    private static void requireAnOrder(String name, List<Message> messages) {
        boolean asked = false;
        for (int i = 0; i < messages.size(); i++) {
            String role = messages.get(i).role();
            if (role.equals("system") && i > 0) {
                throw new Malformed(name + "[" + i + "]: found a system message, expected it first");
            }
            if (messages.get(i).isAnswer() && !asked) {
                throw new Malformed(name + "[" + i + "]: found an answer, expected a user's message before it");
            }
            asked |= role.equals("user");
        }
        if (!asked) {
            throw new Malformed(name + ": found no user's message, expected one");
        }
    }
}
