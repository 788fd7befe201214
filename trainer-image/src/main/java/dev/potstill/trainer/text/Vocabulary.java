package dev.potstill.trainer.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The tokens of a {@code tokenizer.json} and their ids, added tokens included. */
public record Vocabulary(Map<String, Integer> ids) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A {@link Problem} where the text is not JSON or holds no tokens. */
    public static Vocabulary of(Path origin, String tokenizerJson) {
        Map<String, Integer> ids = new HashMap<>();
        try (JsonParser json = JSON.createParser(tokenizerJson)) {
            json.nextToken();
            while (nextField(json)) {
                switch (json.currentName()) {
                    case "model" -> model(json, ids);
                    case "added_tokens" -> addedTokens(json, ids);
                    default -> skip(json);
                }
            }
        } catch (IOException e) {
            throw Problem.rejected(
                    "%s: is not JSON (%s); expected a Hugging Face tokenizer.json".formatted(origin, message(e)));
        }
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

    private static void model(JsonParser json, Map<String, Integer> ids) throws IOException {
        json.nextToken();
        while (nextField(json)) {
            if (!json.currentName().equals("vocab")) {
                skip(json);
            } else if (json.nextToken() == JsonToken.START_ARRAY) {
                pairs(json, ids);
            } else {
                while (nextField(json)) {
                    String token = json.currentName();
                    ids.put(token, json.nextIntValue(-1));
                }
            }
        }
    }

    /** Unigram's form: a list of [token, score], in which the place is the id. */
    private static void pairs(JsonParser json, Map<String, Integer> ids) throws IOException {
        for (int id = 0; json.nextToken() == JsonToken.START_ARRAY; id++) {
            ids.put(String.valueOf(json.nextTextValue()), id);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                json.skipChildren();
            }
        }
    }

    private static void addedTokens(JsonParser json, Map<String, Integer> ids) throws IOException {
        json.nextToken();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            int id = -1;
            String content = "";
            while (nextField(json)) {
                switch (json.currentName()) {
                    case "id" -> id = json.nextIntValue(-1);
                    case "content" -> content = String.valueOf(json.nextTextValue());
                    default -> skip(json);
                }
            }
            ids.put(content, id);
        }
    }

    private static boolean nextField(JsonParser json) throws IOException {
        return json.nextToken() == JsonToken.FIELD_NAME;
    }

    private static void skip(JsonParser json) throws IOException {
        json.nextToken();
        json.skipChildren();
    }

    private static String message(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
