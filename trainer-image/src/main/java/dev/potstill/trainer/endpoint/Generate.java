package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.endpoint.Likeliest.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * SGLang's own {@code /generate}, beside {@code /v1}, as its completions name tokens by their text only: {@code input_token_logprobs}
 * is a list of [log probability, id, text], one for each token of the prompt, and {@code input_top_logprobs} a list of such lists.
 * One question a text.
 *
 * @param isKnown whether the server is known to have the path
 */
record Generate(TokenTexts texts, boolean isKnown) implements Protocol {

    @Override
    public Protocol known() {
        return new Generate(texts, true);
    }

    @Override
    public List<Likeliest> score(EndpointClient client, Passage passage) throws NotOffered {
        JsonNode told = switch (client.post(client.server().beside("generate"), question(passage))) {
            case Reply.Answer(JsonNode json) -> json.path("meta_info");
            case Reply.Refusal refusal -> throw new NotOffered(refusal.toString());
        };
        JsonNode own = told.path("input_token_logprobs");
        JsonNode top = told.path("input_top_logprobs");
        if (!own.isArray() || !top.isArray()) {
            throw new NotOffered("answered without input_token_logprobs and input_top_logprobs");
        }
        int tokens = passage.ids().length;
        if (own.size() != tokens || top.size() != tokens) {
            throw new NotOffered("answered with log probabilities of %d tokens to a prompt of %d"
                    .formatted(Math.min(own.size(), top.size()), tokens));
        }
        List<Likeliest> all = new ArrayList<>();
        for (int place : passage.places()) {
            JsonNode real = own.get(place + 1);
            if (real.path(1).asInt(-1) != passage.next(place)) {
                throw new OtherTokens(
                        "tells of token %s where it was given token %d".formatted(real.path(1), passage.next(place)));
            }
            all.add(likeliest(top.get(place + 1), real, passage.k()));
        }
        return all;
    }

    private static ObjectNode question(Passage passage) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.set("input_ids", passage.prompt(passage.ids().length));
        question.putObject("sampling_params").put("max_new_tokens", 1).put("temperature", 1);
        return question.put("return_logprob", true)
                .put("logprob_start_len", 0)
                .put("top_logprobs_num", passage.k())
                .put("return_text_in_logprobs", true);
    }

    private Likeliest likeliest(JsonNode listed, JsonNode real, int k) throws NotOffered {
        List<Token> tokens = new ArrayList<>();
        for (JsonNode token : listed) {
            if (!token.path(1).isInt()) {
                throw new NotOffered("lists a token without its number");
            }
            int id = token.path(1).intValue();
            texts.require(id, token.path(2));
            tokens.add(new Token(id, Likeliest.logProbability(token.path(0))));
        }
        return Likeliest.of(
                tokens, k, real.path(1).intValue(), OptionalDouble.of(Likeliest.logProbability(real.path(0))));
    }
}
