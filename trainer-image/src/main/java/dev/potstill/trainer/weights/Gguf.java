package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.trainer.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.Set;

/** A GGUF file: quantised tensors, the model's settings and its tokenizer in one. */
public final class Gguf implements Weights {
    private final Path origin;

    private Gguf(Path origin) {
        this.origin = origin;
    }

    public static Gguf open(Path file) {
        throw new UnsupportedOperationException(file.toString());
    }

    /** The settings as a Hugging Face {@code config.json}. */
    public JsonNode config() {
        throw new UnsupportedOperationException(origin.toString());
    }

    public TokenizerFiles tokenizer() {
        throw new UnsupportedOperationException(origin.toString());
    }

    @Override
    public Path origin() {
        return origin;
    }

    @Override
    public Set<String> names() {
        throw new UnsupportedOperationException(origin.toString());
    }

    /** The tensor in F32, dequantised when first asked for and kept until {@link #close}. */
    @Override
    public TensorEntry get(String name) {
        throw Weights.missing(this, name);
    }

    @Override
    public void close() {}
}
