package dev.potstill.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.CrossEntropy;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Losses over chunks of rows, the last of them short, against the same loss of all rows at once. */
class HeadChunksTest {
    /** A vocabulary of which a chunk has 128 rows for a loss of all logits, 512 for one of few in fp32, 256 in bf16. */
    private static final String SHAPE = """
            {"model_type": "llama", "vocab_size": 49152, "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
             "num_attention_heads": 2, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "max_position_embeddings": 64,
             "tie_word_embeddings": true}
            """;

    private static final int ROWS = 700;

    private static final long[] LABELS =
            LongStream.range(0, ROWS).map(row -> row * 70).toArray();

    private record Learned(double loss, float[] gradient) {
        double off(Learned expected) {
            double difference = 0;
            double size = 0;
            for (int i = 0; i < gradient.length; i++) {
                difference += Math.pow((double) gradient[i] - expected.gradient[i], 2);
                size += Math.pow(expected.gradient[i], 2);
            }
            return Math.sqrt(difference / size);
        }
    }

    private interface Loss {
        double backward(LanguageModel model, Tensor hidden);
    }

    private static Learned learned(Arithmetic arithmetic, Loss loss) throws IOException {
        float[] values = new float[ROWS * 32];
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        ModelConfig config = ModelConfig.of(new ObjectMapper().readTree(SHAPE), "SHAPE");
        try (LanguageModel model = LanguageModel.random(config, arithmetic, 0.3, 1)) {
            return Torch.withGradients(() -> {
                try (Scope scope = Scope.open()) {
                    Tensor hidden = Ops.copy(scope, Tensor.of(scope, values, ROWS, 32), arithmetic.held())
                            .requireGrad();
                    double value = loss.backward(model, hidden);
                    return new Learned(value, hidden.grad(scope).floats());
                }
            });
        }
    }

    private static Learned atOnce() throws IOException {
        try (CrossEntropy entropy = new CrossEntropy()) {
            return learned(Arithmetic.in(ElementType.F32), (model, hidden) -> {
                try (Scope scope = Scope.open()) {
                    Tensor loss =
                            entropy.of(scope, model.logits(scope, hidden), Tensor.of(scope, LABELS, ROWS), 1.0 / ROWS);
                    loss.backward(Tensor.scalar(scope, 1));
                    return loss.item();
                }
            });
        }
    }

    private static void assertNear(Arithmetic arithmetic, double near) throws IOException {
        Learned expected = atOnce();
        try (LabelLoss loss = new LabelLoss()) {
            Learned listed = learned(arithmetic, (model, hidden) -> loss.listed(model, hidden, LABELS));
            Learned all = learned(arithmetic, (model, hidden) -> loss.all(model, hidden, LABELS));
            assertThat(listed.loss).isCloseTo(expected.loss, within(near * expected.loss));
            assertThat(all.loss).isCloseTo(expected.loss, within(near * expected.loss));
            assertThat(listed.off(expected)).isLessThan(near);
            assertThat(all.off(expected)).isLessThan(near);
        }
    }

    @Test
    void chunks_of_few_logits_are_as_large_as_the_memory_of_one_of_all() {
        assertThat(HeadChunks.rows(49_152, Float.BYTES, 1)).isEqualTo(512);
        assertThat(HeadChunks.rows(49_152, 2 * Float.BYTES, 1)).isEqualTo(256);
        assertThat(HeadChunks.rows(49_152, Float.BYTES, 1_024)).isEqualTo(384);
        assertThat(HeadChunks.rows(49_152, Float.BYTES, 12_288)).isEqualTo(128);
        assertThat(HeadChunks.rows(128_256, Float.BYTES, 64)).isEqualTo(256);
        assertThat(HeadChunks.bytes(49_152, 10_000)).isEqualTo(96L << 20);
        assertThat(HeadChunks.bytes(49_152, 10)).isEqualTo(10 * 49_152 * 16);
    }

    @Test
    void in_fp32_they_are_the_same() throws IOException {
        assertNear(Arithmetic.in(ElementType.F32), 1e-5);
    }

    @Test
    void in_bf16_and_widened_they_differ_by_its_rounding() throws IOException {
        assertNear(Arithmetic.in(ElementType.BF16), 0.01);
        assertNear(Arithmetic.widened(ElementType.BF16), 0.01);
    }
}
