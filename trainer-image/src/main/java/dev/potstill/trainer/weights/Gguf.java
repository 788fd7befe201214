package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.TokenizerFiles;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;

/** A GGUF file: quantised tensors, the model's settings and its tokenizer in one. */
public final class Gguf implements Weights {
    private final MappedFile file;
    private final Map<String, GgufTensor> tensors;
    private final JsonNode config;
    private final TokenizerFiles tokenizer;
    private final GgufSettings settings;
    private final Map<String, TensorEntry> kept = new ConcurrentHashMap<>();

    private Gguf(MappedFile file) {
        this.file = file;
        GgufHeader header = GgufHeader.read(file.path(), file.bytes());
        this.settings = new GgufSettings(file.path(), header.settings());
        this.config = GgufConfig.of(settings, header.tensors());
        this.tokenizer = GgufTokenizer.of(settings);
        this.tensors = renamed(file.path(), header.tensors());
    }

    /** Maps the file and reads all but its tensors; a {@link Problem} says what is wrong with it. */
    public static Gguf open(Path file) {
        MappedFile mapped = MappedFile.open(file, "a GGUF file");
        try {
            return new Gguf(mapped);
        } catch (RuntimeException e) {
            mapped.close();
            throw e;
        }
    }

    /** The settings as a Hugging Face {@code config.json}. */
    public JsonNode config() {
        return config;
    }

    public TokenizerFiles tokenizer() {
        return tokenizer;
    }

    @Override
    public Path origin() {
        return file.path();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** The tensor in F32, dequantised when first asked for and kept until {@link #close}. */
    @Override
    public TensorEntry get(String name) {
        return kept.computeIfAbsent(name, any -> get(name, file.arena()));
    }

    @Override
    public TensorEntry get(String name, Arena decoded) {
        GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw Weights.missing(this, name);
        }
        return new TensorEntry(name, ElementType.F32, tensor.shape(), tensor.floats(decoded, rowOrder(name, tensor)));
    }

    @Override
    public long fileBytes() {
        return file.bytes().byteSize();
    }

    @Override
    public void unload() {
        file.unload();
    }

    @Override
    public void close() {
        file.close();
    }

    private static Map<String, GgufTensor> renamed(Path file, Map<String, GgufTensor> tensors) {
        Map<String, GgufTensor> renamed = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (!name.equals(GgufConfig.ROPE_FACTORS)) { // told by the config
                String known = GgufNames.huggingFace(name)
                        .orElseThrow(() -> Problem.rejected(
                                file + ": tensor " + name + " is not known; expected a dense Llama or Qwen model"));
                renamed.put(known, tensor);
            }
        });
        return renamed;
    }

    /**
     * Where the file of the llama architecture keeps a row of the query and key projections: it pairs the rows (2i, 2i + 1) of a head to
     * rotate them together, Hugging Face the rows (i, i + d/2). Source: permute() of llama.cpp's conversion.
     */
    private LongUnaryOperator rowOrder(String name, GgufTensor tensor) {
        String heads = name.contains(".q_proj.") ? "num_attention_heads" : "num_key_value_heads";
        boolean rotated = name.contains(".q_proj.") || name.contains(".k_proj.");
        if (!rotated || !settings.architecture().equals("llama")) {
            return LongUnaryOperator.identity();
        }
        long headRows = tensor.shape().getFirst() / config.path(heads).asLong();
        long half = headRows / 2;
        return row -> row / headRows * headRows + row % half * 2 + row % headRows / half;
    }
}
