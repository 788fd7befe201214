package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.endpoint.Likeliest.Token;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * OpenAI's first: {@code echo: true, logprobs: k} brings {@code logprobs} with {@code tokens}, {@code token_logprobs} and
 * {@code top_logprobs}, each a list over the prompt and what was generated. Tokens are named by their text, or as
 * {@code token_id:ID} where the server does so when asked to. One question a text.
 *
 * @param byText whether tokens may be named by their text, which not all have alone
 * @param isKnown whether the server is known to take such questions: llama.cpp says that it has a fault
 */
record Echo(TokenTexts texts, boolean byText, boolean isKnown) implements Protocol {

    @Override
    public Protocol known() {
        return new Echo(texts, byText, true);
    }

    @Override
    public List<Likeliest> score(EndpointClient client, Passage passage) throws NotOffered {
        var question = Protocol.completion(client, passage.prompt(passage.ids().length))
                .put("echo", true)
                .put("logprobs", passage.k())
                .put("return_tokens_as_token_ids", true);
        URI at = client.server().at(COMPLETIONS);
        Reply reply = isKnown ? client.post(at, question) : client.postPerhaps(at, question);
        JsonNode told = Protocol.choice(client, reply).path("logprobs");
        JsonNode names = told.path("tokens");
        JsonNode own = told.path("token_logprobs");
        JsonNode top = told.path("top_logprobs");
        int least = Math.min(names.size(), Math.min(own.size(), top.size()));
        if (least < passage.ids().length) {
            throw new NotOffered(
                    "answered with logprobs of %d tokens to a prompt of %d".formatted(least, passage.ids().length));
        }
        if (!byText && !TokenTexts.isById(names.path(0).asText())) {
            throw new NotOffered("answered with tokens by their text");
        }
        List<Likeliest> all = new ArrayList<>();
        for (int place : passage.places()) {
            int real = passage.next(place);
            if (!texts.mayBe(names.path(place + 1).asText(), real)) {
                throw new OtherTokens(
                        "tells of the token %s where it was given token %d, which is \"%s\" to the student"
                                .formatted(names.path(place + 1), real, texts.of(real)));
            }
            all.add(likeliest(top.path(place + 1), own.path(place + 1), passage, real));
        }
        return all;
    }

    private Likeliest likeliest(JsonNode listed, JsonNode own, Passage passage, int real) throws NotOffered {
        List<Token> tokens = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : listed.properties()) {
            int id = texts.id(entry.getKey())
                    .orElseThrow(() -> new NotOffered(
                            "names a token by the text \"%s\", which none or several of the student's have"
                                    .formatted(entry.getKey())));
            tokens.add(new Token(id, Likeliest.logProbability(entry.getValue())));
        }
        return Likeliest.of(tokens, passage.k(), real, OptionalDouble.of(Likeliest.logProbability(own)));
    }
}
