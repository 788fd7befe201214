package dev.potstill.trainer.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.GptqWeights;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.SafeTensorsWriter;
import dev.potstill.trainer.weights.Weights;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackingTest {
    private static final int IN = 64;
    private static final int OUT = 24;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void what_is_packed_and_saved_is_read_back_as_the_very_same_weight(int bits) {
        Gptq gptq = Gptq.of(bits, 16);
        try (Scope scope = Scope.open()) {
            Gptq.Rounded rounded = random(scope, bits);
            Path file = folder.resolve("layer.safetensors");
            SafeTensorsWriter.write(file, Packing.entries(scope, "some.layer", rounded, bits));
            try (Weights read = new GptqWeights(SafeTensors.open(file), gptq.layout())) {
                assertThat(read.names()).containsExactly("some.layer.weight");
                assertThat(read.get("some.layer.weight").shape()).containsExactly((long) OUT, (long) IN);
                assertThat(read.get("some.layer.weight").floats())
                        .isEqualTo(gptq.weight(scope, rounded).floats());
            }
        }
    }

    @Test
    void eight_levels_share_a_word_and_the_first_has_its_lowest_bits() {
        try (Scope scope = Scope.open()) {
            Tensor levels = ints(scope, LongStream.of(1, 2, 3, 4, 5, 6, 7, 15).toArray(), 8, 1);
            assertThat(Packing.pack(scope, levels, 4).data().toArray(ValueLayout.JAVA_INT))
                    .containsExactly(0xF7654321);
        }
    }

    /** Every level and group occurs, and no scale is a power of two. */
    private static Gptq.Rounded random(Scope scope, int bits) {
        Random random = new Random(bits);
        long[] levels = random.longs((long) IN * OUT, 0, 1L << bits).toArray();
        long[] groups = random.longs(IN, 0, 4).toArray();
        float[] scales = new float[4 * OUT];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = Float.float16ToFloat(Float.floatToFloat16(random.nextFloat(0.001f, 0.1f)));
        }
        return new Gptq.Rounded(
                ints(scope, levels, IN, OUT), Tensor.of(scope, scales, 4, OUT), ints(scope, groups, IN));
    }

    private static Tensor ints(Scope scope, long[] values, long... shape) {
        return Ops.copy(scope, Tensor.of(scope, values, shape), ElementType.I32);
    }
}
