package dev.potstill.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.text.Vocabulary;
import dev.potstill.trainer.weights.HfFolder;
import dev.potstill.trainer.weights.TensorEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Random Llamas that read and write word problems, the same for the same seed. */
public record TinyLlama(int layers, int width, int heads, int kvHeads, int inner, double spread) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The shape of the built-in teacher: 2.4 million parameters. */
    public static final TinyLlama TEACHER = new TinyLlama(6, 192, 6, 3, 512, 0.05);

    /** As small as makes sense; its weights are large enough for opinions of its own. */
    public static final TinyLlama SMALL = new TinyLlama(2, 16, 4, 2, 24, 0.3);

    /** Saves a model folder with the word problems' tokenizer. */
    public Path save(Path folder, long seed) throws IOException {
        return save(folder, seed, WordProblemTokenizer.tokenizerJson());
    }

    /** Saves a model folder with a tokenizer that has the word problems' special tokens. */
    public Path save(Path folder, long seed, String tokenizerJson) throws IOException {
        List<String> tokens = WordProblemTokenizer.tokens();
        var special = new SpecialTokens(
                Optional.of(token(tokens, "<bos>")),
                List.of(token(tokens, "<eos>")),
                Optional.of(token(tokens, "<pad>")));
        var tokenizer =
                new TokenizerFiles(folder, tokenizerJson, Optional.of(WordProblemTokenizer.chatTemplate()), special);
        try (Arena arena = Arena.ofConfined()) {
            int vocabulary = Vocabulary.of(folder, tokenizerJson).size();
            HfFolder.save(folder, config(vocabulary), weights(vocabulary, seed, arena), tokenizer);
        }
        return folder;
    }

    private static SpecialTokens.Token token(List<String> tokens, String text) {
        return new SpecialTokens.Token(tokens.indexOf(text), text);
    }

    private ObjectNode config(int vocabulary) {
        return JSON.createObjectNode()
                .put("model_type", "llama")
                .put("vocab_size", vocabulary)
                .put("hidden_size", width)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("num_key_value_heads", kvHeads)
                .put("intermediate_size", inner)
                .put("rms_norm_eps", 1e-6)
                .put("tie_word_embeddings", true)
                .put("max_position_embeddings", 256);
    }

    private List<TensorEntry> weights(int vocabulary, long seed, Arena arena) {
        var random = new SplittableRandom(seed);
        long keys = (long) width / heads * kvHeads;
        List<TensorEntry> weights = new ArrayList<>();
        weights.add(drawn("model.embed_tokens.weight", random, arena, vocabulary, width));
        for (int l = 0; l < layers; l++) {
            String layer = "model.layers." + l + ".";
            weights.add(ones(layer + "input_layernorm.weight", arena));
            weights.add(drawn(layer + "self_attn.q_proj.weight", random, arena, width, width));
            weights.add(drawn(layer + "self_attn.k_proj.weight", random, arena, keys, width));
            weights.add(drawn(layer + "self_attn.v_proj.weight", random, arena, keys, width));
            weights.add(drawn(layer + "self_attn.o_proj.weight", random, arena, width, width));
            weights.add(ones(layer + "post_attention_layernorm.weight", arena));
            weights.add(drawn(layer + "mlp.gate_proj.weight", random, arena, inner, width));
            weights.add(drawn(layer + "mlp.up_proj.weight", random, arena, inner, width));
            weights.add(drawn(layer + "mlp.down_proj.weight", random, arena, width, inner));
        }
        weights.add(ones("model.norm.weight", arena));
        return weights;
    }

    private TensorEntry drawn(String name, SplittableRandom random, Arena arena, long out, long in) {
        float[] values = new float[Math.toIntExact(out * in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (spread * random.nextGaussian());
        }
        return TensorEntry.of(name, List.of(out, in), values, arena);
    }

    private TensorEntry ones(String name, Arena arena) {
        float[] values = new float[width];
        Arrays.fill(values, 1);
        return TensorEntry.of(name, List.of((long) width), values, arena);
    }
}
