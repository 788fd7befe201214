package dev.potstill.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.weights.ElementType;
import org.junit.jupiter.api.Test;

class RowBudgetTest {
    private static ModelConfig config(int layers, int width, int heads, int kvHeads, int inner, int vocabulary) {
        return ModelConfig.of(
                new ObjectMapper()
                        .createObjectNode()
                        .put("model_type", "llama")
                        .put("vocab_size", vocabulary)
                        .put("hidden_size", width)
                        .put("num_hidden_layers", layers)
                        .put("num_attention_heads", heads)
                        .put("num_key_value_heads", kvHeads)
                        .put("intermediate_size", inner),
                "config.json");
    }

    @Test
    void a_tiny_model_takes_many_rows_and_a_large_one_few() {
        RowBudget twoGigabytes = new RowBudget(2L << 30);
        assertThat(twoGigabytes.rows(config(6, 192, 6, 3, 512, 47), ElementType.F32, 40, 40))
                .isEqualTo(256);
        ModelConfig large = config(32, 4096, 32, 8, 14_336, 128_256);
        // 2 · 32 layers · 8 heads · 128 · 600 places · 2 bytes for the cache; 88 · (2 · 4096 + 3 · 14336) · 4 bytes for
        // the
        // prompt; 2 · 128256 · 4 bytes for logits: 97,691,648 bytes a row.
        assertThat(twoGigabytes.rows(large, ElementType.BF16, 88, 512)).isEqualTo(21);
        assertThat(new RowBudget(1).rows(large, ElementType.BF16, 88, 512)).isEqualTo(1);
    }
}
