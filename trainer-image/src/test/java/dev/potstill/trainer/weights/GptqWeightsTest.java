package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.contract.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A layer of 8 inputs in two groups and 8 outputs, written by hand. */
class GptqWeightsTest {
    private static final GptqConfig V1 = new GptqConfig(4, 4, false, 0.01, 1);
    private static final GptqConfig V2 = new GptqConfig(4, 4, false, 0.01, 0);

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofAuto();

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_weight_is_its_scale_times_its_level_above_the_zero_point(int zeroOffset) {
        // Input i has level i at every output; output o has zero point 7 - o in both groups; scales are 0.5 and 0.25.
        write(layer(0x76543210, 0x01234567, 1));
        GptqConfig config = zeroOffset == 1 ? V1 : V2;
        try (Weights weights = new GptqWeights(SafeTensors.open(file()), config)) {
            float[] found = weights.get("a.weight").floats();
            for (int o = 0; o < 8; o++) {
                for (int i = 0; i < 8; i++) {
                    float scale = i < 4 ? 0.5f : 0.25f;
                    assertThat(found[o * 8 + i]).isEqualTo(scale * (i - (7 - o) - zeroOffset));
                }
            }
        }
    }

    @Test
    void other_tensors_are_as_stored_and_a_missing_one_is_named() {
        List<TensorEntry> entries = layer(0, 0, 1);
        entries.add(TensorEntry.of("norm.weight", List.of(2L), new float[] {1, 2}, arena));
        write(entries);
        try (Weights weights = new GptqWeights(SafeTensors.open(file()), V1)) {
            assertThat(weights.names()).containsExactlyInAnyOrder("a.weight", "norm.weight");
            assertThat(weights.get("norm.weight").floats()).containsExactly(1, 2);
            assertThatThrownBy(() -> weights.get("b.weight"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("b.weight not found");
        }
    }

    @Test
    void a_group_that_has_no_scale_is_named() {
        write(layer(0, 0, 2));
        try (Weights weights = new GptqWeights(SafeTensors.open(file()), V1)) {
            assertThatThrownBy(() -> weights.get("a.weight"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("a.g_idx: found group 2 at input 4, expected 0 to 1");
        }
    }

    @Test
    void a_part_of_the_wrong_shape_is_named() {
        List<TensorEntry> entries = layer(0, 0, 1);
        entries.set(1, ints("a.qzeros", List.of(1L, 1L), 0));
        write(entries);
        try (Weights weights = new GptqWeights(SafeTensors.open(file()), V1)) {
            assertThatThrownBy(() -> weights.get("a.weight"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("a.qzeros: found I32 [1, 1], expected I32 [2, 1]");
        }
    }

    private Path file() {
        return folder.resolve("model.safetensors");
    }

    private void write(List<TensorEntry> entries) {
        SafeTensorsWriter.write(file(), entries);
    }

    private List<TensorEntry> layer(int levels, int zeros, int lastGroup) {
        short[] scales = new short[16];
        for (int i = 0; i < 16; i++) {
            scales[i] = Float.floatToFloat16(i < 8 ? 0.5f : 0.25f);
        }
        return new ArrayList<>(List.of(
                ints("a.qweight", List.of(1L, 8L), levels, levels, levels, levels, levels, levels, levels, levels),
                ints("a.qzeros", List.of(2L, 1L), zeros, zeros),
                new TensorEntry(
                        "a.scales",
                        ElementType.F16,
                        List.of(2L, 8L),
                        arena.allocateFrom(ValueLayout.JAVA_SHORT, scales)),
                ints("a.g_idx", List.of(8L), 0, 0, 0, 0, lastGroup, lastGroup, lastGroup, lastGroup)));
    }

    private TensorEntry ints(String name, List<Long> shape, int... values) {
        return new TensorEntry(name, ElementType.I32, shape, arena.allocateFrom(ValueLayout.JAVA_INT, values));
    }
}
