package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.SpecialTokens.Token;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tokenizer files of a Hugging Face folder. */
final class HfTokenizer {
    private final Path folder;
    private final JsonNode config;
    private final JsonNode tokenizerConfig;
    private final JsonNode generationConfig;

    private HfTokenizer(Path folder, JsonNode config) {
        this.folder = folder;
        this.config = config;
        this.tokenizerConfig = optional("tokenizer_config.json");
        this.generationConfig = optional("generation_config.json");
    }

    static TokenizerFiles open(Path folder, JsonNode config) {
        return new HfTokenizer(folder, config).read();
    }

    private TokenizerFiles read() {
        Path file = folder.resolve("tokenizer.json");
        String json = text(file)
                .orElseThrow(() -> Problem.rejected(file + ": no such file; expected a Hugging Face tokenizer.json"));
        return new TokenizerFiles(file, json, chatTemplate(), special(Vocabulary.of(file, json)));
    }

    /** A file of its own wins over the setting, as it does in transformers; of several named templates, the default. */
    private Optional<String> chatTemplate() {
        Optional<String> own = text(folder.resolve("chat_template.jinja"));
        if (own.isPresent()) {
            return own;
        }
        JsonNode setting = tokenizerConfig.path("chat_template");
        for (JsonNode named : setting) {
            if (named.path("name").asText().equals("default")) {
                return Optional.of(named.path("template").asText());
            }
        }
        return setting.isTextual() ? Optional.of(setting.asText()) : Optional.empty();
    }

    private SpecialTokens special(Vocabulary vocabulary) {
        Set<Token> eos = new LinkedHashSet<>();
        named(vocabulary, "eos_token").ifPresent(eos::add);
        eos.addAll(numbered(vocabulary, generationConfig, "eos_token_id"));
        if (eos.isEmpty()) {
            eos.addAll(numbered(vocabulary, config, "eos_token_id"));
        }
        return new SpecialTokens(one(vocabulary, "bos_token"), List.copyOf(eos), one(vocabulary, "pad_token"));
    }

    private Optional<Token> one(Vocabulary vocabulary, String name) {
        return named(vocabulary, name)
                .or(() -> numbered(vocabulary, generationConfig, name + "_id").stream()
                        .findFirst())
                .or(() -> numbered(vocabulary, config, name + "_id").stream().findFirst());
    }

    /** The setting is the token's text, or an object that holds it as its content. */
    private Optional<Token> named(Vocabulary vocabulary, String name) {
        JsonNode setting = tokenizerConfig.path(name);
        String text = setting.isObject() ? setting.path("content").asText() : setting.asText("");
        return text.isEmpty() ? Optional.empty() : vocabulary.token(text);
    }

    private static List<Token> numbered(Vocabulary vocabulary, JsonNode json, String field) {
        JsonNode ids = json.path(field);
        Iterable<JsonNode> list = ids.isArray() ? ids : List.of(ids);
        LinkedHashSet<Token> tokens = new LinkedHashSet<>();
        list.forEach(id -> {
            if (id.isInt()) {
                vocabulary.token(id.asInt()).ifPresent(tokens::add);
            }
        });
        return List.copyOf(tokens);
    }

    private JsonNode optional(String name) {
        return JsonFile.optional(folder.resolve(name)).orElse(MissingNode.getInstance());
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Problem.rejected("%s: cannot be read (%s); expected UTF-8 text".formatted(file, e));
        }
    }
}
