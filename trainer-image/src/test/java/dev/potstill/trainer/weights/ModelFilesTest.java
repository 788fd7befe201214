package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.contract.ExitCode;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.SpecialTokens.Token;
import dev.potstill.trainer.text.TokenizerFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKENIZER = """
            {"added_tokens":[{"id":3,"content":"<end>","special":true},{"id":4,"content":"<stop>","special":true}],
             "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]]}}""";

    @TempDir
    Path folder;

    @Test
    void whatIsSavedIsOpened() throws IOException {
        Path saved = save(special(List.of(new Token(3, "<end>"), new Token(4, "<stop>"))));
        try (ModelFiles model = ModelFiles.open(saved)) {
            assertThat(model.config().path("model_type").asText()).isEqualTo("llama");
            assertThat(model.weights().get("w").floats()).containsExactly(1, 2);
            assertThat(model.tokenizer().tokenizerJson()).isEqualTo(TOKENIZER);
            assertThat(model.tokenizer().chatTemplate()).contains("{{ messages }}");
            assertThat(model.tokenizer().special().eos())
                    .containsExactly(new Token(3, "<end>"), new Token(4, "<stop>"));
            assertThat(model.tokenizer().special().pad()).contains(new Token(4, "<stop>"));
            assertThat(model.tokenizer().special().bos()).isEmpty();
        }
    }

    @Test
    void transformersFindsItsSettings() throws IOException {
        Path saved = save(special(List.of(new Token(3, "<end>"))));
        JsonNode tokenizer = json(saved, "tokenizer_config.json");
        assertThat(tokenizer.path("tokenizer_class").asText()).isEqualTo("PreTrainedTokenizerFast");
        assertThat(tokenizer.path("clean_up_tokenization_spaces").asBoolean(true))
                .isFalse();
        assertThat(tokenizer.path("eos_token").asText()).isEqualTo("<end>");
        assertThat(tokenizer.path("pad_token").asText()).isEqualTo("<stop>");
        assertThat(tokenizer.path("chat_template").asText()).isEqualTo("{{ messages }}");
        assertThat(tokenizer.path("model_max_length").asInt()).isEqualTo(128);
        assertThat(tokenizer.path("model_input_names").toString()).isEqualTo("[\"input_ids\",\"attention_mask\"]");
        JsonNode generation = json(saved, "generation_config.json");
        assertThat(generation.path("eos_token_id").asInt()).isEqualTo(3);
        assertThat(generation.path("pad_token_id").asInt()).isEqualTo(4);
        Path several = save(special(List.of(new Token(3, "<end>"), new Token(4, "<stop>"))));
        assertThat(json(several, "generation_config.json").path("eos_token_id").toString())
                .isEqualTo("[3,4]");
    }

    @Test
    void aTemplateFileWinsOverTheSetting() throws IOException {
        Path saved = save(special(List.of()));
        Files.writeString(saved.resolve("chat_template.jinja"), "of the file");
        assertThat(tokenizer(saved).chatTemplate()).contains("of the file");
    }

    @Test
    void theDefaultOfSeveralTemplatesIsTaken() throws IOException {
        Path saved = save(special(List.of()));
        Files.writeString(saved.resolve("tokenizer_config.json"), """
                {"chat_template":[{"name":"tool_use","template":"t"},{"name":"default","template":"d"}],
                 "eos_token":{"content":"<stop>","lstrip":false}}""");
        assertThat(tokenizer(saved).chatTemplate()).contains("d");
        assertThat(tokenizer(saved).special().eos()).containsExactly(new Token(4, "<stop>"));
    }

    @Test
    void aTokenizerAloneTakesItsEndFromTheConfig() throws IOException {
        Path saved = save(special(List.of()));
        Files.delete(saved.resolve("tokenizer_config.json"));
        Files.delete(saved.resolve("generation_config.json"));
        Files.writeString(saved.resolve("config.json"), "{\"eos_token_id\":[4,3,99],\"bos_token_id\":0}");
        assertThat(tokenizer(saved).special().eos()).extracting(Token::id).containsExactly(4, 3);
        assertThat(tokenizer(saved).special().bos()).contains(new Token(0, "a"));
        assertThat(tokenizer(saved).chatTemplate()).isEmpty();
    }

    @Test
    void aGgufFileIsAModelToo() throws IOException {
        Path file = GgufBytes.llama().write(folder.resolve("model.gguf"));
        try (ModelFiles model = ModelFiles.open(file)) {
            assertThat(model.config().path("model_type").asText()).isEqualTo("llama");
            assertThat(model.weights().names()).containsExactly("model.embed_tokens.weight");
        }
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        Path absent = folder.resolve("absent");
        Refused.message(() -> ModelFiles.open(absent)).contains(absent.toString(), "no such file or folder");
        for (String name : List.of("config.json", "tokenizer.json")) {
            Path saved = save(special(List.of()));
            Files.delete(saved.resolve(name));
            Refused.message(() -> ModelFiles.open(saved))
                    .contains(saved.resolve(name).toString(), "no such file");
        }
        Path saved = save(special(List.of()));
        Files.delete(saved.resolve("model.safetensors"));
        Refused.message(() -> ModelFiles.open(saved))
                .contains(saved.toString(), "holds no weights; expected model.safetensors");
    }

    @Test
    void whatIsNotJsonIsNamed() throws IOException {
        for (String name :
                List.of("config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json")) {
            Path saved = save(special(List.of()));
            Files.writeString(saved.resolve(name), "{\"a\": ");
            Refused.message(() -> ModelFiles.open(saved))
                    .contains(saved.resolve(name).toString(), "is not JSON");
            Files.write(saved.resolve(name), new byte[] {(byte) 0xC3, 0x28});
            Refused.message(() -> ModelFiles.open(saved))
                    .contains(saved.resolve(name).toString());
        }
        Path saved = save(special(List.of()));
        Files.writeString(saved.resolve("config.json"), "[]");
        Refused.message(() -> ModelFiles.open(saved)).contains("config.json: is ARRAY; expected a JSON object");
        Files.writeString(saved.resolve("config.json"), "");
        Refused.message(() -> ModelFiles.open(saved)).contains("config.json", "expected a JSON object");
    }

    @Test
    void aFolderThatCannotBeMadeIsAStorageProblem() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Refused.message(ExitCode.STORAGE, () -> save(file.resolve("model"), special(List.of())))
                .contains(file.toString(), "cannot be written");
    }

    private static SpecialTokens special(List<Token> eos) {
        return new SpecialTokens(Optional.empty(), eos, Optional.of(new Token(4, "<stop>")));
    }

    private Path save(SpecialTokens special) throws IOException {
        return save(folder.resolve("model"), special);
    }

    private static Path save(Path to, SpecialTokens special) throws IOException {
        JsonNode config = JSON.readTree("{\"model_type\":\"llama\",\"max_position_embeddings\":128}");
        try (Arena arena = Arena.ofConfined()) {
            HfFolder.save(
                    to,
                    config,
                    List.of(TensorEntry.of("w", List.of(2L), new float[] {1, 2}, arena)),
                    new TokenizerFiles(to, TOKENIZER, Optional.of("{{ messages }}"), special));
        }
        return to;
    }

    private static TokenizerFiles tokenizer(Path saved) {
        try (ModelFiles model = ModelFiles.open(saved)) {
            return model.tokenizer();
        }
    }

    private static JsonNode json(Path folder, String name) throws IOException {
        return JSON.readTree(folder.resolve(name).toFile());
    }
}
