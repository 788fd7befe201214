package dev.potstill.trainer.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.potstill.contract.Problem;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The tokens of a {@code tokenizer.json} and their ids, added tokens included. */
public record Vocabulary(Map<String, Integer> ids) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public static Vocabulary of(Path origin, String tokenizerJson) {
        JsonNode json = parse(origin, tokenizerJson);
        Map<String, Integer> ids = new HashMap<>();
        JsonNode vocabulary = json.path("model").path("vocab");
        if (vocabulary.isArray()) { // Unigram: a list of [token, score]
            vocabulary.forEach(entry -> ids.put(entry.path(0).asText(), ids.size()));
        } else {
            vocabulary
                    .properties()
                    .forEach(e -> ids.put(e.getKey(), e.getValue().asInt()));
        }
        json.path("added_tokens")
                .forEach(token ->
                        ids.put(token.path("content").asText(), token.path("id").asInt()));
        if (ids.isEmpty()) {
            throw Problem.rejected(origin + ": holds no tokens; expected model.vocab or added_tokens");
        }
        return new Vocabulary(ids);
    }

    /** One more than the largest id, which is what a model's embedding must hold. */
    public int size() {
        return ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    }

    public Optional<SpecialTokens.Token> token(String text) {
        return Optional.ofNullable(ids.get(text)).map(id -> new SpecialTokens.Token(id, text));
    }

    public Optional<SpecialTokens.Token> token(int id) {
        return ids.entrySet().stream()
                .filter(entry -> entry.getValue() == id)
                .findFirst()
                .map(entry -> new SpecialTokens.Token(id, entry.getKey()));
    }

    private static JsonNode parse(Path origin, String tokenizerJson) {
        try {
            return JSON.readTree(tokenizerJson);
        } catch (JsonProcessingException e) {
            throw Problem.rejected(
                    "%s: is not JSON (%s); expected a tokenizer.json".formatted(origin, e.getOriginalMessage()));
        }
    }
}
