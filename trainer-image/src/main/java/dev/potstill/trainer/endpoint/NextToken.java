package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.endpoint.Likeliest.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * llama.cpp's, which tells of generated tokens only: {@code logprobs: k} brings {@code content}, a list of {@code {"id", "token",
 * "logprob", "top_logprobs"}}, one for each. A question for each place, with the text up to it as the prompt; the server keeps what it
 * computed for the place before. Of a token that is not among those listed it is not told how likely it is.
 */
record NextToken(TokenTexts texts) implements Protocol {
    /** Asked for at least, so that the real token is likely to be among them. */
    private static final int FEWEST = 20;

    @Override
    public List<Likeliest> score(EndpointClient client, Passage passage) throws NotOffered {
        List<Likeliest> all = new ArrayList<>();
        for (int place : passage.places()) {
            all.add(likeliest(client, passage, place));
        }
        return all;
    }

    private Likeliest likeliest(EndpointClient client, Passage passage, int place) throws NotOffered {
        int asked = Math.max(FEWEST, passage.k());
        var question = Protocol.completion(client, passage.prompt(place + 1))
                .put("logprobs", asked)
                .put("n_probs", asked)
                .put("cache_prompt", true);
        JsonNode listed = Protocol.choice(client, question).at("/logprobs/content/0/top_logprobs");
        if (!listed.isArray()) {
            throw new NotOffered("answered without logprobs.content of the token that it generated");
        }
        List<Token> tokens = new ArrayList<>();
        for (JsonNode token : listed) {
            if (!token.path("id").isInt()) {
                throw new NotOffered("lists a token without its id");
            }
            texts.require(token.path("id").intValue(), token.path("token"));
            tokens.add(new Token(token.path("id").intValue(), Likeliest.logProbability(token.path("logprob"))));
        }
        return Likeliest.of(tokens, passage.k(), passage.next(place), OptionalDouble.empty());
    }
}
