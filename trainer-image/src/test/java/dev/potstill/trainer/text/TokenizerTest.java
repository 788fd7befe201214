package dev.potstill.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.contract.ExitCode;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.weights.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

class TokenizerTest {

    @Test
    void textBecomesTokensAndTextAgain() {
        ByteTokens tokens = ByteTokens.of("<end>").merging("a b");
        try (Tokenizer tokenizer = Tokenizer.open(tokens.files())) {
            assertThat(tokenizer.encode("ab c<end>")).hasSize(4).endsWith(tokens.id("<end>"));
            assertThat(tokenizer.decode(tokenizer.encode("ab c<end>"))).isEqualTo("ab c");
            assertThat(tokenizer.decode(tokenizer.encode("ab c<end>"), false)).isEqualTo("ab c<end>");
            assertThat(tokenizer.encode("")).isEmpty();
            assertThat(tokenizer.decode(new int[0])).isEmpty();
            assertThat(tokenizer.vocabularySize()).isEqualTo(98);
            assertThat(tokenizer.eos()).isEqualTo(97);
            assertThat(tokenizer.eosIds()).containsExactly(97);
            assertThat(tokenizer.pad()).as("the end token fills up").isEqualTo(97);
        }
    }

    @Test
    void longTextIsNotCut() {
        try (Tokenizer tokenizer = Tokenizer.open(ByteTokens.of("<end>").files())) {
            assertThat(tokenizer.encode("a".repeat(100_000))).hasSize(100_000);
        }
    }

    @Test
    void aTokenizerOfTheSharedDataReadsAndWrites() throws IOException {
        Path file = Shared.folder("data/tiny-models").resolve("tiny_bpe_tokenizer.json");
        TokenizerFiles files = new TokenizerFiles(file, Files.readString(file), Optional.empty(), SpecialTokens.NONE);
        try (Tokenizer tokenizer = Tokenizer.open(files)) {
            int[] ids = tokenizer.encode("Hello world");
            assertThat(ids).isNotEmpty();
            assertThat(Arrays.stream(ids)).allMatch(id -> id >= 0 && id < tokenizer.vocabularySize());
            assertThat(tokenizer.eosIds()).isEmpty();
            Refused.message(tokenizer::eos).contains(file.toString(), "no end token");
        }
    }

    @Test
    void aTokenizerWiderThanTheModelDoesNotFit() {
        try (Tokenizer tokenizer = Tokenizer.open(ByteTokens.of("<end>").files())) {
            Path model = Path.of("model/config.json");
            tokenizer.requireFits(model, 97);
            Refused.message(ExitCode.UNFIT, () -> tokenizer.requireFits(model, 96))
                    .contains("model/tokenizer.json gives token ids up to 96", "model/config.json holds 96");
        }
    }

    @Test
    void whatIsNoTokenizerIsRefused() {
        refused("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}}}").contains("is not a tokenizer");
        refused("{\"model\":{}}").contains("holds no tokens");
        refused("[").contains("is not JSON");
    }

    @Test
    void everyKindOfVocabularyIsCounted() {
        assertThat(size("{\"model\":{\"vocab\":{\"a\":0,\"b\":7},\"merges\":[[\"a\",\"b\"]]},\"added_tokens\":[]}"))
                .isEqualTo(8);
        assertThat(size("{\"model\":{\"vocab\":[[\"a\",-1.5],[\"b\",-2]]}}")).isEqualTo(2);
        assertThat(
                        size(
                                "{\"added_tokens\":[{\"id\":9,\"content\":\"<x>\",\"more\":{\"id\":99}}],\"model\":{\"vocab\":{\"a\":0}}}"))
                .isEqualTo(10);
    }

    private static int size(String json) {
        return Vocabulary.of(Path.of("t"), json).size();
    }

    private static AbstractStringAssert<?> refused(String json) {
        TokenizerFiles files =
                new TokenizerFiles(Path.of("model/tokenizer.json"), json, Optional.empty(), SpecialTokens.NONE);
        return Refused.message(() -> Tokenizer.open(files).close()).contains("model/tokenizer.json");
    }
}
