package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.endpoint.Likeliest.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * llama.cpp's, which tells of generated tokens only: {@code logprobs: k} brings {@code content}, a list of {@code {"id", "token",
 * "logprob", "top_logprobs"}}, one for each. A question for each place, with the text up to it as the prompt; the server keeps what it
 * computed for the place before. Of a token that is not among those listed it is not told how likely it is.
 *
 * <p>What is generated plays no part in the log probabilities, but where it is half a character the server goes on to the next token
 * and tells of that one instead. So it is told which to generate, by a bias, and what it tells of more than one token is not taken.
 */
record NextToken(TokenTexts texts) implements Protocol {
    /** Asked for at least, so that the real token is likely to be among them. */
    private static final int FEWEST = 20;

    /** What OpenAI allows. */
    private static final int MOST = 100;

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
        ObjectNode question = Protocol.completion(client, passage.prompt(place + 1))
                .put("temperature", 0)
                .put("logprobs", asked)
                .put("n_probs", asked)
                .put("cache_prompt", true);
        texts.plain().ifPresent(id -> question.putObject("logit_bias").put(Integer.toString(id), MOST));
        JsonNode content = Protocol.choice(client, question).at("/logprobs/content");
        JsonNode listed = content.at("/0/top_logprobs");
        if (!listed.isArray()) {
            throw new NotOffered("answered without logprobs.content of the token that it generated");
        }
        int told = content.at("/0/id").asInt(-1);
        if (content.size() != 1 || texts.plain().isPresent() && texts.plain().getAsInt() != told) {
            throw new NotOffered("generated token %d, not the one that logit_bias names".formatted(told));
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
