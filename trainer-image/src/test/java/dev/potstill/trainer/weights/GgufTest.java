package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void settingsBecomeAConfig(int version) throws IOException {
        try (Gguf gguf = open(GgufBytes.llama().version(version))) {
            JsonNode config = gguf.config();
            assertThat(config.path("model_type").asText()).isEqualTo("llama");
            assertThat(config.path("architectures").path(0).asText()).isEqualTo("LlamaForCausalLM");
            assertThat(config.path("vocab_size").asInt()).isEqualTo(4);
            assertThat(config.path("hidden_size").asInt()).isEqualTo(4);
            assertThat(config.path("intermediate_size").asInt()).isEqualTo(6);
            assertThat(config.path("num_hidden_layers").asInt()).isEqualTo(1);
            assertThat(config.path("num_attention_heads").asInt()).isEqualTo(2);
            assertThat(config.path("num_key_value_heads").asInt()).isEqualTo(1);
            assertThat(config.path("head_dim").asInt()).isEqualTo(2);
            assertThat(config.path("max_position_embeddings").asInt()).isEqualTo(64);
            assertThat(config.path("rms_norm_eps").asDouble()).isEqualTo(1e-5);
            assertThat(config.path("rope_theta").asDouble()).isEqualTo(500_000);
            assertThat(config.path("tie_word_embeddings").asBoolean()).isTrue();
            assertThat(config.path("eos_token_id").asInt()).isZero();
            assertThat(config.has("rope_scaling")).isFalse();
            assertThat(config.has("bos_token_id")).isFalse();
        }
    }

    @Test
    void anOutputTensorUntiesTheEmbedding() throws IOException {
        try (Gguf gguf = open(GgufBytes.llama().floats("output.weight", new long[] {4, 4}, new float[16]))) {
            assertThat(gguf.config().path("tie_word_embeddings").asBoolean()).isFalse();
            assertThat(gguf.names()).containsExactly("model.embed_tokens.weight", "lm_head.weight");
        }
    }

    @Test
    void aTensorCanBeDecodedIntoMemoryThatGoesBeforeTheFileDoes() throws IOException {
        float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        try (Gguf gguf = open(GgufBytes.llama().floats("output.weight", new long[] {4, 4}, values));
                Arena passing = Arena.ofConfined()) {
            assertThat(gguf.get("lm_head.weight", passing).isIn(passing)).isTrue();
            assertThat(gguf.get("lm_head.weight", passing).floats()).containsExactly(values);
            assertThat(gguf.get("lm_head.weight").isIn(passing)).isFalse();
            assertThat(gguf.get("lm_head.weight").floats()).containsExactly(values);
        }
    }

    @Test
    void tensorsHaveTheirHuggingFaceNames() throws IOException {
        GgufBytes bytes = GgufBytes.llama();
        List<String> parts = List.of(
                "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down");
        parts.forEach(part -> bytes.floats("blk.0." + part + ".weight", new long[] {4, 4}, new float[16]));
        bytes.floats("output_norm.weight", new long[] {4}, new float[] {1, 2, 3, 4});
        try (Gguf gguf = open(bytes)) {
            assertThat(gguf.names())
                    .containsExactly(
                            "model.embed_tokens.weight",
                            "model.layers.0.input_layernorm.weight",
                            "model.layers.0.self_attn.q_proj.weight",
                            "model.layers.0.self_attn.k_proj.weight",
                            "model.layers.0.self_attn.v_proj.weight",
                            "model.layers.0.self_attn.o_proj.weight",
                            "model.layers.0.post_attention_layernorm.weight",
                            "model.layers.0.mlp.gate_proj.weight",
                            "model.layers.0.mlp.up_proj.weight",
                            "model.layers.0.mlp.down_proj.weight",
                            "model.norm.weight");
            assertThat(gguf.get("model.norm.weight").floats()).containsExactly(1, 2, 3, 4);
            Refused.message(() -> gguf.get("lm_head.weight")).contains("model.gguf", "tensor lm_head.weight not found");
        }
    }

    /** Two heads of four rows: the file pairs the rows that rotate together, Hugging Face keeps them half a head apart. */
    @Test
    void rowsOfQueriesAndKeysGoBackToTheirPlaces() throws IOException {
        GgufBytes bytes = GgufBytes.llama()
                .set("llama.attention.key_length", 4)
                .set("llama.attention.head_count_kv", 2)
                .floats("blk.0.attn_q.weight", new long[] {1, 8}, new float[] {0, 2, 1, 3, 10, 12, 11, 13})
                .floats("blk.0.attn_k.bias", new long[] {8}, new float[] {0, 2, 1, 3, 10, 12, 11, 13})
                .floats("blk.0.attn_v.weight", new long[] {1, 8}, new float[] {0, 2, 1, 3, 10, 12, 11, 13});
        try (Gguf gguf = open(bytes)) {
            assertThat(gguf.get("model.layers.0.self_attn.q_proj.weight").floats())
                    .containsExactly(0, 1, 2, 3, 10, 11, 12, 13);
            assertThat(gguf.get("model.layers.0.self_attn.k_proj.bias").floats())
                    .containsExactly(0, 1, 2, 3, 10, 11, 12, 13);
            assertThat(gguf.get("model.layers.0.self_attn.v_proj.weight").floats())
                    .containsExactly(0, 2, 1, 3, 10, 12, 11, 13);
        }
    }

    @Test
    void otherArchitecturesKeepTheirRows() throws IOException {
        GgufBytes bytes = GgufBytes.llama().set("general.architecture", "qwen2");
        for (String key : List.of(
                "block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count")) {
            bytes.set("qwen2." + key, 2);
        }
        bytes.set("qwen2.attention.layer_norm_rms_epsilon", 1e-6f);
        bytes.floats("blk.0.attn_q.weight", new long[] {1, 4}, new float[] {0, 2, 1, 3});
        try (Gguf gguf = open(bytes)) {
            assertThat(gguf.config().path("model_type").asText()).isEqualTo("qwen2");
            assertThat(gguf.get("model.layers.0.self_attn.q_proj.weight").floats())
                    .containsExactly(0, 2, 1, 3);
        }
    }

    /** Two rows of one block each: scales 1 and 2, quants 8 + 1 and 8 + 2 in every half byte. */
    @Test
    void quantisedRowsBecomeFloats() throws IOException {
        byte[] rows = new byte[36];
        Arrays.fill(rows, 2, 18, (byte) 0x99);
        rows[1] = 0x3C; // 1.0
        Arrays.fill(rows, 20, 36, (byte) 0xAA);
        rows[19] = 0x40; // 2.0
        try (Gguf gguf = open(GgufBytes.llama().tensor("blk.0.ffn_up.weight", 2, new long[] {32, 2}, rows))) {
            TensorEntry tensor = gguf.get("model.layers.0.mlp.up_proj.weight");
            assertThat(tensor.type()).isEqualTo(ElementType.F32);
            assertThat(tensor.shape()).containsExactly(2L, 32L);
            assertThat(tensor.floats()).startsWith(1, 1).endsWith(4, 4).contains(1, 4);
            assertThat(gguf.get("model.layers.0.mlp.up_proj.weight").bytes().address())
                    .as("made once")
                    .isEqualTo(tensor.bytes().address());
        }
    }

    /** head_dim 8, theta 500000: waves of 6, 167 and 4443 positions (in part stretched), and 118,143 (whole). */
    @Test
    void llama3FactorsBecomeFourNumbers() throws IOException {
        double smooth = (8192 / (2 * Math.PI * Math.pow(500_000, 0.5)) - 1) / 3;
        GgufBytes bytes = GgufBytes.llama()
                .set("llama.attention.key_length", 8)
                .floats("rope_freqs.weight", new long[] {4}, new float[] {
                    1, 1, (float) (1 / ((1 - smooth) / 8 + smooth)), 8
                });
        try (Gguf gguf = open(bytes)) {
            JsonNode scaling = gguf.config().path("rope_scaling");
            assertThat(scaling.path("rope_type").asText()).isEqualTo("llama3");
            assertThat(scaling.path("factor").asDouble()).isEqualTo(8);
            assertThat(scaling.path("low_freq_factor").asDouble()).isEqualTo(1);
            assertThat(scaling.path("high_freq_factor").asDouble()).isEqualTo(4);
            assertThat(scaling.path("original_max_position_embeddings").asInt()).isEqualTo(8192);
            assertThat(gguf.names()).doesNotContain("rope_freqs.weight");
        }
        refused(bytes.floats("rope_freqs.weight", new long[] {4}, new float[] {1, 1, 2, 8}))
                .contains("rope_freqs.weight", "as factor 2 of 4");
    }

    @Test
    void linearStretchingIsPassedOn() throws IOException {
        GgufBytes bytes =
                GgufBytes.llama().set("llama.rope.scaling.type", "linear").set("llama.rope.scaling.factor", 2f);
        try (Gguf gguf = open(bytes)) {
            assertThat(gguf.config().path("rope_scaling").toString())
                    .isEqualTo("{\"rope_type\":\"linear\",\"factor\":2.0}");
        }
        refused(bytes.without("llama.rope.scaling.factor")).contains("llama.rope.scaling.factor not found");
    }

    @Test
    void whatIsNoGgufFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("x.gguf"), "not a model at all, just text");
        Refused.message(() -> Gguf.open(file)).contains(file.toString(), "expected 0x46554747");
        refused(GgufBytes.llama().version(1)).contains("GGUF version 1; expected 2 or 3");
        refused(GgufBytes.llama().version(0x03000000)).contains("little-endian");
        Path absent = folder.resolve("absent.gguf");
        Refused.message(() -> Gguf.open(absent)).contains(absent.toString(), "no such file");
    }

    @Test
    void aFileCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = GgufBytes.llama().bytes();
        for (int length = 0; length < whole.length; length += 7) {
            Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, length));
            Refused.message(() -> Gguf.open(cut)).contains("cut.gguf");
        }
    }

    @Test
    void everySettingThatTheModelNeedsIsAskedFor() throws IOException {
        for (String key : List.of(
                "general.architecture",
                "llama.block_count",
                "llama.context_length",
                "llama.embedding_length",
                "llama.feed_forward_length",
                "llama.attention.head_count",
                "llama.attention.layer_norm_rms_epsilon",
                "tokenizer.ggml.tokens",
                "tokenizer.ggml.merges")) {
            refused(GgufBytes.llama().without(key)).contains("model.gguf: setting " + key + " not found");
        }
    }

    @Test
    void whatIsNotSupportedIsNamed() throws IOException {
        refused(GgufBytes.llama().set("general.architecture", "mamba"))
                .contains("general.architecture is mamba", "expected a dense model of llama, qwen2, qwen3");
        refused(GgufBytes.llama().set("llama.expert_count", 8)).contains("llama with experts");
        refused(GgufBytes.llama().set("llama.block_count", "many"))
                .contains("setting llama.block_count is \"many\"; expected a whole number");
        refused(GgufBytes.llama().set("llama.rope.dimension_count", 1))
                .contains("rope.dimension_count is 1; expected 2");
        refused(GgufBytes.llama().tensor("blk.0.ffn_up.weight", 10, new long[] {256}, new byte[84]))
                .contains("blk.0.ffn_up.weight the type 10", "expected one of 0 (F32)");
        refused(GgufBytes.llama().tensor("blk.0.ffn_up.weight", 2, new long[] {33}, new byte[18]))
                .contains("blk.0.ffn_up.weight the shape [33]", "whole blocks of 32");
        refused(GgufBytes.llama().floats("blk.0.ssm_a.weight", new long[] {1}, new float[1]))
                .contains("tensor blk.0.ssm_a.weight is not known");
        refused(GgufBytes.llama().set("general.alignment", 24))
                .contains("general.alignment 24; expected a power of two");
        refused(GgufBytes.llama().tensor("blk.0.ffn_up.weight", 0, new long[] {1L << 60, 16}, new byte[4]))
                .contains("blk.0.ffn_up.weight");
    }

    private AbstractStringAssert<?> refused(GgufBytes bytes) throws IOException {
        Path file = bytes.write(folder.resolve("model.gguf"));
        return Refused.message(() -> Gguf.open(file));
    }

    private Gguf open(GgufBytes bytes) throws IOException {
        return Gguf.open(bytes.write(folder.resolve("model.gguf")));
    }
}
