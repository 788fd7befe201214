package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One of the ways in which servers tell how likely tokens are at places of a text that they are given. */
sealed interface Protocol permits PromptLogprobs, Generate, NextToken, Echo {

    /** As many questions as it takes; {@link NotOffered} where the server does not speak this. */
    List<Likeliest> score(EndpointClient client, Passage passage) throws NotOffered;

    /** The same, of a server that is known to speak it: what fails there may pass. */
    default Protocol known() {
        return this;
    }

    /**
     * A text, and where in it.
     *
     * @param ids its tokens
     * @param places positions whose next token is asked about, each but the last token's
     * @param k how many of the likeliest tokens
     */
    @SuppressWarnings("ArrayRecordComponent") // token ids, read by arithmetic
    record Passage(int[] ids, int[] places, int k) {

        /** The token that follows a place. */
        int next(int place) {
            return ids[place + 1];
        }

        /** The first so many tokens, as JSON. */
        ArrayNode prompt(int count) {
            ArrayNode prompt = JsonNodeFactory.instance.arrayNode(count);
            for (int i = 0; i < count; i++) {
                prompt.add(ids[i]);
            }
            return prompt;
        }
    }

    /** A question that has one token generated, as few servers take fewer. */
    static ObjectNode completion(EndpointClient client, ArrayNode prompt) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.put("model", client.server().model());
        question.set("prompt", prompt);
        return question.put("max_tokens", 1).put("temperature", 1);
    }

    /** The first choice of an answer; a refusal is none, and a model or path that is not there is a problem. */
    static JsonNode choice(EndpointClient client, ObjectNode question) throws NotOffered {
        return choice(client, client.post(client.server().at(COMPLETIONS), question));
    }

    static JsonNode choice(EndpointClient client, Reply reply) throws NotOffered {
        JsonNode choice = switch (reply) {
            case Reply.Answer(JsonNode json) -> json.at("/choices/0");
            case Reply.Refusal refusal
            when refusal.status() == 404 || refusal.status() == 405 ->
                throw Attempt.unexpected(client.server(), refusal, COMPLETIONS);
            case Reply.Refusal refusal -> throw new NotOffered(refusal.toString());
        };
        if (!choice.isObject()) {
            throw new NotOffered("answered without choices");
        }
        return choice;
    }

    String COMPLETIONS = "completions";
}
