package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.SpecialTokens.Token;
import dev.potstill.trainer.text.TokenizerFiles;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The Hugging Face {@code tokenizer.json} that says what a GGUF file's tokenizer settings say. */
final class GgufTokenizer {
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;

    private final GgufSettings settings;
    private final List<String> tokens;
    private final List<JsonNode> types;

    private GgufTokenizer(GgufSettings settings) {
        this.settings = settings;
        this.tokens = settings.texts("tokenizer.ggml.tokens")
                .orElseThrow(() -> settings.missing("tokenizer.ggml.tokens", "a list of texts"));
        this.types = settings.list("tokenizer.ggml.token_type").orElse(List.of());
        if (!types.isEmpty() && types.size() != tokens.size()) {
            throw Problem.rejected("%s: tokenizer.ggml.token_type has %d elements; expected %d, one for each token"
                    .formatted(settings.file(), types.size(), tokens.size()));
        }
    }

    static TokenizerFiles of(GgufSettings settings) {
        return new GgufTokenizer(settings).build();
    }

    private TokenizerFiles build() {
        String model = settings.text("tokenizer.ggml.model").orElse("none");
        SpecialTokens special = special();
        ObjectNode json = switch (model) {
            case "gpt2" -> new ByteLevelBpe(settings, vocabulary()).json(addedTokens(), special.bos());
            case "llama" -> new SentencePieceBpe(settings, tokens, vocabulary()).json(addedTokens(), special.bos());
            default ->
                throw Problem.rejected(
                        "%s: tokenizer.ggml.model is %s; expected gpt2 or llama".formatted(settings.file(), model));
        };
        return new TokenizerFiles(settings.file(), json.toString(), settings.text("tokenizer.chat_template"), special);
    }

    /** The tokens by text, without those that only fill the table up. */
    private ObjectNode vocabulary() {
        ObjectNode vocabulary = JsonFile.JSON.createObjectNode();
        for (int id = 0; id < tokens.size(); id++) {
            if (type(id) != UNUSED) {
                vocabulary.put(tokens.get(id), id);
            }
        }
        return vocabulary;
    }

    /** Tokens that are found in a text before it is split: control tokens, which decoding leaves out, and those of the model's makers. */
    private ArrayNode addedTokens() {
        ArrayNode added = JsonFile.JSON.createArrayNode();
        for (int id = 0; id < tokens.size(); id++) {
            if (type(id) == CONTROL || type(id) == UNKNOWN || type(id) == USER_DEFINED) {
                ObjectNode token = added.addObject().put("id", id).put("content", tokens.get(id));
                Stream.of("single_word", "lstrip", "rstrip", "normalized").forEach(field -> token.put(field, false));
                token.put("special", type(id) != USER_DEFINED);
            }
        }
        return added;
    }

    private int type(int id) {
        return types.isEmpty() ? 1 : types.get(id).asInt();
    }

    private SpecialTokens special() {
        Set<Token> eos = new LinkedHashSet<>();
        Stream.of("eos", "eot", "eom").forEach(name -> token(name + "_token_id").ifPresent(eos::add));
        return new SpecialTokens(token("bos_token_id"), List.copyOf(eos), token("padding_token_id"));
    }

    private Optional<Token> token(String field) {
        String key = "tokenizer.ggml." + field;
        int id = settings.integer(key).orElse(-1);
        if (id >= tokens.size()) {
            throw Problem.rejected("%s: %s is %d; expected less than %d, the number of tokens"
                    .formatted(settings.file(), key, id, tokens.size()));
        }
        return id < 0 ? Optional.empty() : Optional.of(new Token(id, tokens.get(id)));
    }
}
