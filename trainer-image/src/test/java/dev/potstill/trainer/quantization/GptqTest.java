package dev.potstill.trainer.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.weights.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GptqTest {
    private static final int OUT = 24;
    private static final int ROWS = 500;

    @BeforeAll
    static void oneThread() {
        // Matrices this small gain nothing from a second one, and lose much where the machine is busy.
        Torch.start(1);
    }

    @ParameterizedTest
    @CsvSource({"4, 32, 320", "4, 160, 320", "4, 96, 288", "8, 64, 192", "4, 8, 136"})
    void columns_rounded_in_blocks_are_what_they_are_one_by_one(int bits, int group, int in) {
        Gptq gptq = new Gptq(bits, group, 0.01, false);
        try (Scope scope = Scope.open();
                Arena arena = Arena.ofConfined()) {
            double[] weight = IntStream.range(0, OUT * in)
                    .mapToDouble(i -> Math.sin(i * i + 1.0))
                    .toArray();
            Tensor w =
                    Tensor.over(scope, arena.allocateFrom(ValueLayout.JAVA_DOUBLE, weight), ElementType.F64, OUT, in);
            Gptq.Curvature curvature = gptq.curvature(scope, sum(scope, inputs(2, in), in), ROWS);
            double[] upper = Ops.contiguous(scope, curvature.upper(), ElementType.F64)
                    .data()
                    .toArray(ValueLayout.JAVA_DOUBLE);
            Tensor found = gptq.weight(scope, gptq.round(scope, w, curvature, ElementType.F64));
            double[] values = found.data().toArray(ValueLayout.JAVA_DOUBLE);
            double[] expected = oneByOne(weight, upper, in, group, bits);
            assertThat(IntStream.range(0, values.length)
                            .mapToDouble(i -> Math.abs(values[i] - expected[i]))
                            .max()
                            .orElseThrow())
                    .isLessThan(1e-9);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void outputs_move_less_than_with_weights_rounded_to_the_nearest(long seed) {
        int in = 256;
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(scope, normal(seed, OUT * in), OUT, in);
            float[] x = inputs(seed + 100, in);
            double nearest = nearestError(scope, w, x, in);
            double plain = error(scope, new Gptq(4, 64, 0.01, false), w, x, in);
            double actOrder = error(scope, Gptq.of(4, 64), w, x, in);
            double eightBits = error(scope, Gptq.of(8, 64), w, x, in);
            assertThat(plain).isLessThan(0.8 * nearest);
            assertThat(actOrder).isLessThan(0.8 * nearest);
            assertThat(eightBits).isLessThan(0.1 * actOrder);
        }
    }

    @Test
    void the_weights_of_an_input_that_is_always_zero_are_rounded_to_the_nearest() {
        int in = 64;
        try (Scope scope = Scope.open()) {
            float[] x = inputs(7, in);
            for (int n = 0; n < ROWS; n++) {
                x[n * in + 5] = 0;
            }
            Gptq gptq = Gptq.of(4, 32);
            Gptq.Curvature curvature = gptq.curvature(scope, sum(scope, x, in), ROWS);
            float[] w = normal(8, OUT * in);
            Gptq.Rounded rounded = gptq.round(scope, Tensor.of(scope, w, OUT, in), curvature, ElementType.F16);
            float[] found = gptq.weight(scope, rounded).floats();
            float[] scales = rounded.scales().floats();
            int group = (int) rounded.groups().longs()[5];
            for (int o = 0; o < OUT; o++) {
                float half = scales[group * OUT + o] / 2;
                assertThat(found[o * in + 5]).isCloseTo(w[o * in + 5], within(half * 1.01f));
            }
        }
    }

    @Test
    void a_layer_that_saw_only_zeros_and_has_a_group_of_zeros_stays_finite() {
        int in = 32;
        try (Scope scope = Scope.open()) {
            Gptq gptq = Gptq.of(4, 16);
            Gptq.Curvature curvature = gptq.curvature(scope, sum(scope, new float[ROWS * in], in), ROWS);
            float[] w = normal(3, OUT * in);
            Arrays.fill(w, 0, 16, 0);
            Tensor weight = Tensor.of(scope, w, OUT, in);
            Tensor found = gptq.weight(scope, gptq.round(scope, weight, curvature, ElementType.F16));
            assertThat(Arrays.copyOf(found.floats(), 16)).containsOnly(0f);
            assertThat(found.floats()).usingComparatorWithPrecision(0.5f).containsExactly(w);
            assertThat(Gptq.error(curvature, weight, found)).isZero();
        }
    }

    private static double error(Scope scope, Gptq gptq, Tensor w, float[] x, int in) {
        Gptq.Curvature curvature = gptq.curvature(scope, sum(scope, x, in), ROWS);
        return Gptq.error(curvature, w, gptq.weight(scope, gptq.round(scope, w, curvature, ElementType.F16)));
    }

    /** Without correlations between inputs nothing can be made up for: GPTQ on white inputs rounds to the nearest. */
    private static double nearestError(Scope scope, Tensor w, float[] x, int in) {
        Gptq gptq = Gptq.of(4, 64);
        float[] white = new float[in * in];
        for (int i = 0; i < in; i++) {
            white[i * in + i] = 1;
        }
        Gptq.Curvature none = gptq.curvature(scope, sum(scope, white, in), in);
        Tensor nearest = gptq.weight(scope, gptq.round(scope, w, none, ElementType.F16));
        return Gptq.error(gptq.curvature(scope, sum(scope, x, in), ROWS), w, nearest);
    }

    /** The paper's algorithm without blocks, in fp64. */
    private static double[] oneByOne(double[] weight, double[] upper, int in, int group, int bits) {
        double[] made = new double[weight.length];
        double most = (1 << bits) - 1;
        double zero = 1 << (bits - 1);
        for (int o = 0; o < OUT; o++) {
            double[] row = Arrays.copyOfRange(weight, o * in, (o + 1) * in);
            double scale = 0;
            for (int i = 0; i < in; i++) {
                if (i % group == 0) {
                    double[] members = Arrays.copyOfRange(row, i, i + group);
                    double size = Arrays.stream(members).map(Math::abs).max().orElseThrow();
                    double range = Arrays.stream(members).anyMatch(v -> v < 0) ? 2 * size : size;
                    scale = range / most;
                }
                double level = Math.clamp(Math.rint(row[i] / scale * 1.000001) + zero, 0, most);
                made[o * in + i] = (level - zero) * scale;
                double error = (row[i] - made[o * in + i]) / upper[i * in + i];
                for (int j = i; j < in; j++) {
                    row[j] -= error * upper[i * in + j];
                }
            }
        }
        return made;
    }

    private static Tensor sum(Scope scope, float[] x, int in) {
        Tensor sum = Tensor.zeros(scope, ElementType.F64, in, in);
        Gptq.gather(sum, Tensor.of(scope, x, x.length / in, in));
        return sum;
    }

    /** Rows of inputs that are correlated, as hidden states are: a quarter as many causes as inputs, and some noise. */
    private static float[] inputs(long seed, int in) {
        int causes = in / 4;
        float[] mix = normal(seed, causes * in);
        float[] x = normal(seed + 1, ROWS * in);
        Random random = new Random(seed + 2);
        for (int n = 0; n < ROWS; n++) {
            for (int c = 0; c < causes; c++) {
                float strength = (float) random.nextGaussian();
                for (int i = 0; i < in; i++) {
                    x[n * in + i] += strength * mix[c * in + i];
                }
            }
        }
        return x;
    }

    private static float[] normal(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
