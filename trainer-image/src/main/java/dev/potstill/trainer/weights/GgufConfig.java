package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;
import java.util.Map;

/** The Hugging Face {@code config.json} that says what a GGUF file's settings say. */
final class GgufConfig {
    static final String ROPE_FACTORS = "rope_freqs.weight";

    private static final Map<String, String> CLASSES =
            Map.of("llama", "LlamaForCausalLM", "qwen2", "Qwen2ForCausalLM", "qwen3", "Qwen3ForCausalLM");

    private final GgufSettings settings;
    private final Map<String, GgufTensor> tensors;
    private final ObjectNode config = JsonFile.JSON.createObjectNode();

    private GgufConfig(GgufSettings settings, Map<String, GgufTensor> tensors) {
        this.settings = settings;
        this.tensors = tensors;
    }

    static JsonNode of(GgufSettings settings, Map<String, GgufTensor> tensors) {
        return new GgufConfig(settings, tensors).build();
    }

    private JsonNode build() {
        String architecture = settings.architecture();
        String modelClass = CLASSES.get(architecture);
        if (modelClass == null || settings.integer(settings.own("expert_count")).orElse(0) > 0) {
            throw Problem.rejected("%s: general.architecture is %s%s; expected a dense model of %s"
                    .formatted(
                            settings.file(),
                            architecture,
                            modelClass == null ? "" : " with experts",
                            String.join(", ", CLASSES.keySet().stream().sorted().toList())));
        }
        config.putArray("architectures").add(modelClass);
        config.put("model_type", architecture);
        sizes();
        config.put("hidden_act", "silu");
        config.put(
                "rms_norm_eps",
                settings.number(settings.own("attention.layer_norm_rms_epsilon"))
                        .orElseThrow(
                                () -> settings.missing(settings.own("attention.layer_norm_rms_epsilon"), "a number")));
        config.put("tie_word_embeddings", !tensors.containsKey("output.weight"));
        config.put("attention_bias", tensors.containsKey("blk.0.attn_q.bias"));
        config.put("mlp_bias", tensors.containsKey("blk.0.ffn_up.bias"));
        rope();
        token("bos_token_id", "tokenizer.ggml.bos_token_id");
        token("eos_token_id", "tokenizer.ggml.eos_token_id");
        token("pad_token_id", "tokenizer.ggml.padding_token_id");
        config.put("torch_dtype", "float32");
        return config;
    }

    private void sizes() {
        int hidden = settings.requiredInteger(settings.own("embedding_length"));
        int heads = settings.requiredInteger(settings.own("attention.head_count"));
        GgufTensor embedding = tensors.get("token_embd.weight");
        if (embedding == null) {
            throw Problem.rejected(settings.file() + ": tensor token_embd.weight not found; expected the embedding");
        }
        config.put("vocab_size", embedding.shape().getFirst());
        config.put("hidden_size", hidden);
        config.put("intermediate_size", settings.requiredInteger(settings.own("feed_forward_length")));
        config.put("num_hidden_layers", settings.requiredInteger(settings.own("block_count")));
        config.put("num_attention_heads", heads);
        config.put(
                "num_key_value_heads",
                settings.integer(settings.own("attention.head_count_kv")).orElse(heads));
        config.put(
                "head_dim",
                settings.integer(settings.own("attention.key_length")).orElse(hidden / heads));
        config.put("max_position_embeddings", settings.requiredInteger(settings.own("context_length")));
    }

    private void rope() {
        config.put("rope_theta", settings.number(settings.own("rope.freq_base")).orElse(10_000.0));
        int rotated = settings.integer(settings.own("rope.dimension_count"))
                .orElse(config.path("head_dim").asInt());
        if (rotated != config.path("head_dim").asInt()) {
            throw Problem.rejected("%s: setting %s is %d; expected %d, the width of a head"
                    .formatted(
                            settings.file(),
                            settings.own("rope.dimension_count"),
                            rotated,
                            config.path("head_dim").asInt()));
        }
        GgufRope.scaling(settings, config, tensors.get(ROPE_FACTORS))
                .ifPresent(json -> config.set("rope_scaling", json));
    }

    private void token(String field, String key) {
        settings.integer(key).ifPresent(id -> config.put(field, id));
    }
}
