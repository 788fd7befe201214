package dev.potstill.trainer.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.trainer.reward.Asked;
import dev.potstill.trainer.reward.FinalAnswer;
import dev.potstill.trainer.text.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Rows that are prompts, with their right answer or their tests where those are known. */
final class Prompts {
    private Prompts() {}

    static Interaction read(JsonNode json) {
        if (!json.has("prompt")) {
            throw new Malformed("found the fields " + Fields.names(json) + ", expected prompt and, if known, answer");
        }
        List<Message> asked = asked(json.path("prompt"));
        if (Fields.isGiven(json.path("test"))) {
            return unanswered(asked, Optional.of(tests(json)), Optional.of(Verifier.Code));
        }
        Optional<Verifier> verifier = verifier(json.path("verifier"));
        JsonNode answer = json.path("answer");
        Optional<String> reference = Fields.isGiven(answer)
                ? Optional.of(FinalAnswer.reference(Fields.textOrNumber(json, "answer")))
                : Optional.empty();
        reference
                .flatMap(known -> new Asked("", known, verifier.orElse(Verifier.Auto)).flaw())
                .ifPresent(flaw -> {
                    throw new Malformed("verifier: found " + flaw);
                });
        return unanswered(asked, reference, verifier);
    }

    static Interaction unanswered(List<Message> asked, Optional<String> reference, Optional<Verifier> verifier) {
        return new Interaction(asked, Optional.empty(), reference, verifier, false);
    }

    /** Text, or a list of messages of which the last is a user's. */
    private static List<Message> asked(JsonNode prompt) {
        if (!prompt.isArray()) {
            return List.of(Fields.user(Fields.textOf(prompt, "prompt")));
        }
        List<Message> messages = Conversation.openAi(prompt, "prompt");
        if (messages.getLast().isAnswer()) {
            throw new Malformed("prompt: found an answer at its end, expected a user's message");
        }
        return messages;
    }

    /** The tests of a programming exercise, as HumanEval has them: a function check of the one that is asked for. */
    private static String tests(JsonNode json) {
        String tests = Fields.text(json, "test");
        return Fields.isGiven(json.path("entry_point"))
                ? tests + "\n\ncheck(" + Fields.text(json, "entry_point").strip() + ")\n"
                : tests;
    }

    private static Optional<Verifier> verifier(JsonNode given) {
        if (!Fields.isGiven(given)) {
            return Optional.empty();
        }
        String named = Fields.textOf(given, "verifier");
        return Optional.of(Arrays.stream(Verifier.values())
                .filter(one -> one.name().equals(named) && one != Verifier.Code)
                .findFirst()
                .orElseThrow(() -> new Malformed(
                        "verifier: found \"%s\", expected Auto, Numeric, Symbolic or Choice; programs are given by test and"
                                        .formatted(named)
                                + " entry_point")));
    }
}
