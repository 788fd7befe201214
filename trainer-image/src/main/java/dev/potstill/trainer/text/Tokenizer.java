package dev.potstill.trainer.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.potstill.contract.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Text to token ids and back, by the Hugging Face tokenizers library; safe for several threads. */
public final class Tokenizer implements AutoCloseable {
    /** Text is never cut or padded here: what does not fit is for the caller to see. */
    private static final Map<String, String> OPTIONS = Map.of(
            "addSpecialTokens", "false", "truncation", "false", "padding", "false", "modelMaxLength", "2147483647");

    private final TokenizerFiles files;
    private final int vocabularySize;
    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(TokenizerFiles files, int vocabularySize, HuggingFaceTokenizer tokenizer) {
        this.files = files;
        this.vocabularySize = vocabularySize;
        this.tokenizer = tokenizer;
    }

    public static Tokenizer open(TokenizerFiles files) {
        // DJL would otherwise report its use over the network, and fetch a CUDA build of the library where there is a
        // GPU.
        System.setProperty("ai.djl.offline", "true");
        int vocabularySize =
                Vocabulary.of(files.origin(), files.tokenizerJson()).size();
        byte[] json = files.tokenizerJson().getBytes(StandardCharsets.UTF_8);
        try {
            return new Tokenizer(
                    files, vocabularySize, HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS));
        } catch (IOException | RuntimeException e) {
            throw Problem.rejected("%s: is not a tokenizer (%s); expected a Hugging Face tokenizer.json"
                    .formatted(files.origin(), e.getMessage()));
        }
    }

    public TokenizerFiles files() {
        return files;
    }

    /** Token ids without the special tokens that a model may expect around a text. */
    public int[] encode(String text) {
        return encode(text, false);
    }

    public int[] encode(String text, boolean addSpecialTokens) {
        long[] ids = tokenizer.encode(text, addSpecialTokens, false).getIds();
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    /** The text of these tokens without special tokens. */
    public String decode(int[] ids) {
        return decode(ids, true);
    }

    public String decode(int[] ids, boolean skipSpecialTokens) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
    }

    /** One more than the largest id that {@link #encode} can give. */
    public int vocabularySize() {
        return vocabularySize;
    }

    /** The token that ends a text; a {@link Problem} where the model's files name none. */
    public int eos() {
        return files.special().eos().stream()
                .findFirst()
                .map(SpecialTokens.Token::id)
                .orElseThrow(() -> Problem.rejected(
                        files.origin() + ": no end token; expected eos_token in tokenizer_config.json or eos_token_id"
                                + " in generation_config.json or config.json beside it"));
    }

    /** Every token that ends an answer. */
    public List<Integer> eosIds() {
        return files.special().eos().stream().map(SpecialTokens.Token::id).toList();
    }

    /** What fills a row up: the padding token, or else the end token. */
    public int pad() {
        return files.special().pad().map(SpecialTokens.Token::id).orElseGet(this::eos);
    }

    /** A {@link Problem} (will not fit) when a token id could lie outside the model's embedding. */
    public void requireFits(Path model, int modelVocabulary) {
        if (vocabularySize > modelVocabulary) {
            throw Problem.unfit(
                    "%s gives token ids up to %d, but the vocabulary of %s holds %d; expected a tokenizer made for this model"
                            .formatted(files.origin(), vocabularySize - 1, model, modelVocabulary));
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
