package dev.potstill.trainer.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.potstill.api.Data.Format;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.Lines.Line;
import dev.potstill.trainer.reward.Asked;
import dev.potstill.trainer.reward.FinalAnswer;
import dev.potstill.trainer.text.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What one line of a source tells.
 *
 * @param prompt the conversation up to where the assistant answers
 * @param answer the answer, where the source has one to learn from
 * @param reference the known right answer, where there is one
 * @param verifier how an answer is compared with it, where the row says
 */
record Interaction(
        List<Message> prompt, Optional<String> answer, Optional<String> reference, Optional<Verifier> verifier) {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Lines.MAX_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    Interaction {
        prompt = List.copyOf(prompt);
    }

    /** One that names no verifier. */
    Interaction(List<Message> prompt, Optional<String> answer, Optional<String> reference) {
        this(prompt, answer, reference, Optional.empty());
    }

    static Interaction parse(Line line, Format format) {
        JsonNode json = json(line);
        return switch (format) {
            case ChatJsonl -> chat(line, json);
            case PromptJsonl -> prompt(line, json);
            case Parquet, Text ->
                throw Problem.rejected("spec.data.sources: found the format " + format
                        + ", expected ChatJsonl or PromptJsonl; convert " + line.file());
        };
    }

    static JsonNode json(Line line) {
        try {
            JsonNode json = JSON.readTree(line.text());
            if (!json.isObject()) {
                throw malformed(line, "found " + kind(json) + ", expected a JSON object");
            }
            return json;
        } catch (JsonProcessingException e) {
            String why = e.getOriginalMessage().lines().findFirst().orElse("");
            throw malformed(line, "found no JSON object (" + why + "), expected one a line");
        }
    }

    private static Interaction chat(Line line, JsonNode json) {
        if (json.has("messages")) {
            return conversation(Conversation.openAi(line, json.get("messages")));
        }
        if (json.has("conversations")) {
            return conversation(Conversation.shareGpt(line, json.get("conversations")));
        }
        if (json.has("question") && json.has("answer")) {
            String answer = field(line, json, "answer");
            Optional<String> reference =
                    answer.contains("####") ? Optional.of(FinalAnswer.reference(answer)) : Optional.empty();
            return new Interaction(List.of(user(field(line, json, "question"))), Optional.of(answer), reference);
        }
        throw malformed(
                line,
                "found the fields " + fields(json) + ", expected messages, conversations, or question and answer");
    }

    /** The last message is the answer, unless the conversation breaks off at a question. */
    private static Interaction conversation(List<Message> messages) {
        Message last = messages.getLast();
        return last.isAnswer()
                ? new Interaction(
                        messages.subList(0, messages.size() - 1), Optional.of(last.content()), Optional.empty())
                : new Interaction(messages, Optional.empty(), Optional.empty());
    }

    private static Interaction prompt(Line line, JsonNode json) {
        if (!json.has("prompt")) {
            throw malformed(line, "found the fields " + fields(json) + ", expected prompt and, if known, answer");
        }
        List<Message> asked = List.of(user(field(line, json, "prompt")));
        if (json.has("test")) {
            return new Interaction(asked, Optional.empty(), Optional.of(tests(line, json)), Optional.of(Verifier.Code));
        }
        Optional<Verifier> verifier = verifier(line, json.path("verifier"));
        JsonNode answer = json.path("answer");
        Optional<String> reference = answer.isMissingNode() || answer.isNull()
                ? Optional.empty()
                : Optional.of(FinalAnswer.reference(answer.isNumber() ? answer.asText() : field(line, json, "answer")));
        reference
                .flatMap(known -> new Asked("", known, verifier.orElse(Verifier.Auto)).flaw())
                .ifPresent(flaw -> {
                    throw malformed(line, "verifier: found " + flaw);
                });
        return new Interaction(asked, Optional.empty(), reference, verifier);
    }

    /** The tests of a programming exercise, as HumanEval has them: a function check of the one that is asked for. */
    private static String tests(Line line, JsonNode json) {
        String tests = field(line, json, "test");
        return json.has("entry_point")
                ? tests + "\n\ncheck(" + field(line, json, "entry_point").strip() + ")\n"
                : tests;
    }

    private static Optional<Verifier> verifier(Line line, JsonNode given) {
        if (given.isMissingNode() || given.isNull()) {
            return Optional.empty();
        }
        String named = text(line, given, "verifier");
        return Optional.of(Arrays.stream(Verifier.values())
                .filter(one -> one.name().equals(named) && one != Verifier.Code)
                .findFirst()
                .orElseThrow(() -> malformed(
                        line,
                        "verifier: found \"%s\", expected Auto, Numeric, Symbolic or Choice; programs are given by test and"
                                        .formatted(named)
                                + " entry_point")));
    }

    private static Message user(String content) {
        return new Message("user", content);
    }

    private static String field(Line line, JsonNode json, String name) {
        return text(line, json.path(name), name);
    }

    static String text(Line line, JsonNode value, String path) {
        if (!value.isTextual()) {
            throw malformed(line, path + ": found " + kind(value) + ", expected text");
        }
        String text = value.textValue();
        if (text.indexOf('\0') >= 0) {
            throw malformed(line, path + ": found a NUL character, expected text");
        }
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
                throw malformed(line, path + ": found half of a surrogate pair, expected text");
            }
        }
        return text;
    }

    static Problem malformed(Line line, String what) {
        return Problem.rejected(line.place() + ": " + what);
    }

    static String kind(JsonNode json) {
        return switch (json.getNodeType()) {
            case MISSING -> "nothing";
            case NULL -> "null";
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "text";
            case NUMBER -> "the number " + json.asText();
            case BOOLEAN -> json.asText();
            default -> "something else";
        };
    }

    private static String fields(JsonNode json) {
        List<String> names = json.properties().stream()
                .map(java.util.Map.Entry::getKey)
                .limit(8)
                .toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
