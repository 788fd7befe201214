package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.endpoint.Likeliest.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * vLLM's: {@code prompt_logprobs: k} brings of each token of the prompt {@code {"ID": {"logprob", "rank", "decoded_token"}}} for the k
 * likeliest tokens there and for the token itself; of the first token, null. One question a text.
 */
record PromptLogprobs(TokenTexts texts) implements Protocol {

    @Override
    public List<Likeliest> score(EndpointClient client, Passage passage) throws NotOffered {
        var question = Protocol.completion(client, passage.prompt(passage.ids().length))
                .put("prompt_logprobs", passage.k());
        JsonNode listed = Protocol.choice(client, question).path("prompt_logprobs");
        if (!listed.isArray()) {
            throw new NotOffered("answered without prompt_logprobs");
        }
        if (listed.size() != passage.ids().length) {
            throw new NotOffered("answered with prompt_logprobs of %d tokens to a prompt of %d"
                    .formatted(listed.size(), passage.ids().length));
        }
        List<Likeliest> all = new ArrayList<>();
        for (int place : passage.places()) {
            all.add(likeliest(listed.path(place + 1), passage.next(place), passage.k()));
        }
        return all;
    }

    private Likeliest likeliest(JsonNode at, int real, int k) throws NotOffered {
        List<Token> tokens = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : at.properties()) {
            int id = id(entry.getKey());
            texts.require(id, entry.getValue().path("decoded_token"));
            tokens.add(new Token(id, Likeliest.logProbability(entry.getValue().path("logprob"))));
        }
        if (!at.has(Integer.toString(real)) && !tokens.isEmpty()) {
            throw new OtherTokens("tells nothing of token %d, which it was given".formatted(real));
        }
        return Likeliest.of(tokens, k, real, OptionalDouble.empty());
    }

    private static int id(String text) throws NotOffered {
        if (!text.matches("\\d{1,9}")) {
            throw new NotOffered("names a token \"%s\" in prompt_logprobs, not by its number".formatted(text));
        }
        return Integer.parseInt(text);
    }
}
