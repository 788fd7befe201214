package dev.potstill.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.weights.HfFolder;
import dev.potstill.trainer.weights.TensorEntry;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Llama that says the same to every question: its one layer adds nothing, a token is a unit vector, and the head answers each with
 * the token that follows it.
 */
public final class ParrotLlama {
    private static final List<String> TOKENS = WordProblemTokenizer.tokens();

    /** One more than there are tokens, so that it divides into heads. */
    private static final int WIDTH = TOKENS.size() + 1;

    private ParrotLlama() {}

    /** @param said the answer token by token, none of them twice; it is ended after the last */
    public static Path save(Path folder, String... said) {
        List<String> path = new ArrayList<>(List.of("<sep>"));
        path.addAll(List.of(said));
        path.add("<eos>");
        Map<String, List<String>> next = new HashMap<>();
        for (int i = 1; i < path.size(); i++) {
            next.put(path.get(i - 1), List.of(path.get(i)));
        }
        return save(folder, next, 1);
    }

    /**
     * A Llama of several sayings.
     *
     * @param next the tokens that may follow a token, with equal chances
     * @param certainty how far above all others their logits are; at 10 nothing else is ever said
     */
    public static Path save(Path folder, Map<String, List<String>> next, float certainty) {
        float[] embedding = new float[TOKENS.size() * WIDTH];
        for (int token = 0; token < TOKENS.size(); token++) {
            embedding[token * WIDTH + token] = 1;
        }
        float[] head = new float[TOKENS.size() * WIDTH];
        next.forEach((from, to) ->
                to.forEach(token -> head[TOKENS.indexOf(token) * WIDTH + TOKENS.indexOf(from)] = certainty));
        var config = new ObjectMapper()
                .createObjectNode()
                .put("model_type", "llama")
                .put("vocab_size", TOKENS.size())
                .put("hidden_size", WIDTH)
                .put("num_hidden_layers", 1)
                .put("num_attention_heads", 4)
                .put("intermediate_size", 8)
                .put("tie_word_embeddings", false);
        var tokenizer = new TokenizerFiles(
                folder,
                WordProblemTokenizer.tokenizerJson(),
                Optional.of(WordProblemTokenizer.chatTemplate()),
                new SpecialTokens(
                        Optional.empty(),
                        List.of(new SpecialTokens.Token(TOKENS.indexOf("<eos>"), "<eos>")),
                        Optional.empty()));
        try (Arena arena = Arena.ofConfined()) {
            List<TensorEntry> weights = silentLayer(arena);
            weights.add(entry("model.embed_tokens.weight", embedding, arena, TOKENS.size(), WIDTH));
            weights.add(entry("lm_head.weight", head, arena, TOKENS.size(), WIDTH));
            weights.add(entry("model.norm.weight", ones(), arena, WIDTH));
            HfFolder.save(folder, config, weights, tokenizer);
        }
        return folder;
    }

    private static List<TensorEntry> silentLayer(Arena arena) {
        List<TensorEntry> weights = new ArrayList<>();
        for (String name : List.of("q", "k", "v", "o")) {
            weights.add(entry(
                    "model.layers.0.self_attn." + name + "_proj.weight",
                    new float[WIDTH * WIDTH],
                    arena,
                    WIDTH,
                    WIDTH));
        }
        for (String name : List.of("gate", "up")) {
            weights.add(entry("model.layers.0.mlp." + name + "_proj.weight", new float[8 * WIDTH], arena, 8, WIDTH));
        }
        weights.add(entry("model.layers.0.mlp.down_proj.weight", new float[8 * WIDTH], arena, WIDTH, 8));
        weights.add(entry("model.layers.0.input_layernorm.weight", ones(), arena, WIDTH));
        weights.add(entry("model.layers.0.post_attention_layernorm.weight", ones(), arena, WIDTH));
        return weights;
    }

    private static float[] ones() {
        float[] ones = new float[WIDTH];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static TensorEntry entry(String name, float[] values, Arena arena, long... shape) {
        return TensorEntry.of(name, Arrays.stream(shape).boxed().toList(), values, arena);
    }
}
