package dev.potstill.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode config(String type) {
        ObjectNode json = JSON.createObjectNode()
                .put("model_type", type)
                .put("vocab_size", 99)
                .put("hidden_size", 32)
                .put("num_hidden_layers", 6)
                .put("num_attention_heads", 4)
                .put("num_key_value_heads", 2)
                .put("intermediate_size", 72);
        return !type.equals("deepseek_v3")
                ? json
                : json.put("kv_lora_rank", 16)
                        .put("q_lora_rank", 24)
                        .put("qk_nope_head_dim", 8)
                        .put("qk_rope_head_dim", 8)
                        .put("v_head_dim", 8)
                        .put("moe_intermediate_size", 24)
                        .put("n_routed_experts", 8)
                        .put("n_group", 2)
                        .put("topk_group", 1)
                        .put("num_experts_per_tok", 2)
                        .put("first_k_dense_replace", 3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            llama | model_type | "gemma3" | UNFIT | m: model_type: found "gemma3", expected one of llama, qwen2, qwen3, mistral, mixtral, deepseek_v3; this architecture is not supported
            llama | hidden_act | "gelu" | UNFIT | m: hidden_act: found gelu, expected silu; this setting is not supported
            llama | hidden_size | null | REJECTED | m: hidden_size: found nothing, expected a positive whole number
            llama | num_hidden_layers | 2.5 | REJECTED | m: num_hidden_layers: found 2.5, expected a positive whole number
            llama | num_key_value_heads | 3 | UNFIT | m: num_key_value_heads: found 3, expected a divisor of num_attention_heads = 4
            llama | rms_norm_eps | "small" | REJECTED | m: rms_norm_eps: found "small", expected a number
            llama | tie_word_embeddings | "yes" | REJECTED | m: tie_word_embeddings: found "yes", expected true or false
            llama | rope_scaling | {"rope_type": "dynamic", "factor": 2.0} | UNFIT | m: rope_scaling: rope_type: found "dynamic", expected default, linear, llama3 or yarn; this setting is not supported
            llama | rope_scaling | {"rope_type": "linear"} | REJECTED | m: rope_scaling: factor: found nothing, expected a positive number
            llama | partial_rotary_factor | 0.5 | UNFIT | m: partial_rotary_factor: found 0.5, expected 1; this setting is not supported
            qwen2 | layer_types | ["chunked_attention"] | UNFIT | m: layer_types: found chunked_attention, expected full_attention or sliding_attention; this setting is not supported
            mixtral | num_experts_per_tok | 9 | UNFIT | m: num_experts_per_tok: found 9, expected at most 8, num_local_experts
            deepseek_v3 | scoring_func | "softmax" | UNFIT | m: scoring_func: found softmax, expected sigmoid; this setting is not supported
            deepseek_v3 | n_group | 3 | UNFIT | m: n_group: found 3, expected a divisor of n_routed_experts = 8 with at least two experts in each
            deepseek_v3 | num_experts_per_tok | 5 | UNFIT | m: num_experts_per_tok: found 5, expected at most 4, the experts of topk_group groups
            """)
    void what_is_not_supported_is_named(String type, String field, String value, ExitCode code, String message)
            throws Exception {
        ObjectNode json = config(type);
        json.set(field, JSON.readTree(value));
        if (type.equals("qwen2")) {
            json.put("use_sliding_window", true);
        }
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> ModelConfig.of(json, "m"))
                .withMessage(message)
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(code));
    }

    @Test
    void layers_that_are_kept_stay_of_their_kind() {
        ModelConfig whole = ModelConfig.of(config("deepseek_v3"), "m");
        ModelConfig kept = whole.keep(List.of(1, 2, 5));
        assertThat(kept.blocks())
                .containsExactly(
                        whole.blocks().get(1),
                        whole.blocks().get(2),
                        whole.blocks().get(5));
        assertThat(kept.json().path("first_k_dense_replace").asInt()).isEqualTo(2);
        ObjectNode windows = config("qwen2").put("use_sliding_window", true).put("sliding_window", 7);
        windows.put("max_window_layers", 4);
        assertThat(ModelConfig.of(windows, "m").keep(List.of(0, 5)).blocks())
                .containsExactly(
                        ModelConfig.of(windows, "m").blocks().get(0),
                        ModelConfig.of(windows, "m").blocks().get(5));
    }

    /** Against the published sizes: Llama-3.1-8B has 8,030,261,248 parameters, DeepSeek-V3 671,026,419,200 without its extra layer. */
    @Test
    void parameters_are_counted_as_published() throws Exception {
        JsonNode llama = JSON.readTree("""
                {"model_type": "llama", "vocab_size": 128256, "hidden_size": 4096, "num_hidden_layers": 32,
                 "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336}""");
        assertThat(ModelConfig.of(llama, "m").parameters()).isEqualTo(8_030_261_248L);
        JsonNode deepseek = JSON.readTree("""
                {"model_type": "deepseek_v3", "vocab_size": 129280, "hidden_size": 7168, "num_hidden_layers": 61,
                 "num_attention_heads": 128, "intermediate_size": 18432, "moe_intermediate_size": 2048,
                 "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
                 "v_head_dim": 128, "n_routed_experts": 256, "n_shared_experts": 1, "first_k_dense_replace": 3}""");
        assertThat(ModelConfig.of(deepseek, "m").parameters() / 1e9).isBetween(670.9, 671.1);
    }
}
