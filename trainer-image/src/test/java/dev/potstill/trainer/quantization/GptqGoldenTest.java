package dev.potstill.trainer.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.TensorEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against fp64 reference vectors of GPTQ, in columns' own order and in act-order. */
class GptqGoldenTest {
    private static JsonNode golden;

    @BeforeAll
    static void read() throws IOException {
        golden = new ObjectMapper()
                .readTree(Shared.folder("golden").resolve("formulas.json").toFile())
                .get("gptq");
    }

    @ParameterizedTest
    @CsvSource({"plain, packed_plain, err_gptq, false", "act_order, packed_act, err_act, true"})
    void levelsScalesAndPackedTensorsEqualTheReference(String name, String packed, String error, boolean actOrder) {
        JsonNode expected = golden.get("out").get(name);
        Gptq gptq = new Gptq(
                golden.get("bits").asInt(),
                golden.get("group_size").asInt(),
                golden.get("damp").asDouble(),
                actOrder);
        try (Scope scope = Scope.open();
                Arena arena = Arena.ofConfined()) {
            Tensor w = tensor(scope, arena, golden.get("W"));
            Tensor x = tensor(scope, arena, golden.get("X"));
            Tensor sum = Tensor.zeros(scope, ElementType.F64, x.size(1), x.size(1));
            Gptq.gather(sum, x);
            Gptq.Curvature curvature = gptq.curvature(scope, sum, x.size(0));
            Gptq.Rounded rounded = gptq.round(scope, w, curvature, ElementType.F64);

            assertThat(rounded.levels().longs()).isEqualTo(transposed(expected.get("q")));
            assertThat(doubles(rounded.scales())).containsExactly(flat(expected.get("scales_GxO")), within(1e-12));
            Tensor dequantised = gptq.weight(scope, rounded);
            assertThat(doubles(dequantised)).containsExactly(flat(expected.get("dq")), within(1e-12));

            List<TensorEntry> entries = Packing.entries(scope, "layer", rounded, gptq.bits());
            JsonNode stored = golden.get("out").get(packed);
            assertThat(ints(entries.get(0))).isEqualTo(flatInts(stored.get("qweight_int32")));
            assertThat(ints(entries.get(1))).isEqualTo(flatInts(stored.get("qzeros_int32_v1")));
            assertThat(ints(entries.get(3))).isEqualTo(flatInts(stored.get("g_idx")));

            double moved = golden.get("out").get(error).asDouble();
            assertThat(Gptq.error(curvature, w, dequantised)).isCloseTo(Math.sqrt(moved / outputs()), within(1e-9));
        }
    }

    /** ‖XWᵀ‖². */
    private static double outputs() {
        double sum = 0;
        for (JsonNode x : golden.get("X")) {
            for (JsonNode w : golden.get("W")) {
                double y = 0;
                for (int i = 0; i < w.size(); i++) {
                    y += x.get(i).asDouble() * w.get(i).asDouble();
                }
                sum += y * y;
            }
        }
        return sum;
    }

    private static Tensor tensor(Scope scope, Arena arena, JsonNode matrix) {
        return Tensor.over(
                scope,
                arena.allocateFrom(ValueLayout.JAVA_DOUBLE, flat(matrix)),
                ElementType.F64,
                matrix.size(),
                matrix.get(0).size());
    }

    private static double[] doubles(Tensor tensor) {
        return tensor.data().toArray(ValueLayout.JAVA_DOUBLE);
    }

    private static int[] ints(TensorEntry entry) {
        return entry.bytes().toArray(ValueLayout.JAVA_INT);
    }

    private static double[] flat(JsonNode matrix) {
        List<Double> values = new ArrayList<>();
        matrix.forEach(row -> row.forEach(value -> values.add(value.asDouble())));
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static int[] flatInts(JsonNode json) {
        List<Integer> values = new ArrayList<>();
        json.forEach(row -> {
            if (row.isArray()) {
                row.forEach(value -> values.add(value.asInt()));
            } else {
                values.add(row.asInt());
            }
        });
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static long[] transposed(JsonNode matrix) {
        int columns = matrix.get(0).size();
        long[] values = new long[matrix.size() * columns];
        Arrays.setAll(
                values,
                at -> matrix.get(at % matrix.size()).get(at / matrix.size()).asLong());
        return values;
    }
}
