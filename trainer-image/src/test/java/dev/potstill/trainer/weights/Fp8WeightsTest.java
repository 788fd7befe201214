package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.contract.ExitCode;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against what PyTorch makes of the same bytes; {@code fp8.json} says how it was made. */
class Fp8WeightsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static JsonNode made;

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofAuto();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = Objects.requireNonNull(Fp8WeightsTest.class.getResourceAsStream("fp8.json"))) {
            made = JSON.readTree(in);
        }
    }

    @Test
    void each_of_the_256_codes_is_what_pytorch_takes_it_for() {
        byte[] codes = new byte[256];
        for (int code = 0; code < 256; code++) {
            codes[code] = (byte) code;
        }
        float[] found = values(fp8(codes, 1, 256), ones(2), new Fp8Config(128, 128));
        for (int code = 0; code < 256; code++) {
            Float expected = Float.intBitsToFloat(made.get("codes").get(code).asInt());
            assertThat(found[code]).as("code %d", code).isEqualTo(expected);
        }
    }

    @Test
    void blocks_at_the_edges_are_smaller_and_have_scales_of_their_own() {
        TensorEntry scales = floats("a.weight_scale_inv", made.get("scales"), 3, 3);
        float[] found = values(weight(), scales, blocks());
        float[] expected = floats("", made.get("weight"), 5, 7).floats();
        assertThat(found).containsExactly(expected);
    }

    @Test
    void read_as_bf16_it_is_rounded_once() {
        TensorEntry scales = floats("a.weight_scale_inv", made.get("scales"), 3, 3);
        try (Weights weights = open(List.of(weight(), scales), blocks());
                Scope scope = Scope.open();
                Arena decoded = Arena.ofConfined()) {
            TensorEntry entry = weights.get("a.weight", decoded);
            assertThat(entry.isIn(decoded)).isTrue();
            Tensor bf16 = Ops.copy(scope, Tensor.over(scope, entry.bytes(), entry.type(), 5, 7), ElementType.BF16);
            short[] found = bf16.data().toArray(ValueLayout.JAVA_SHORT);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i] & 0xFFFF).isEqualTo(made.get("bf16").get(i).asInt());
            }
        }
    }

    @Test
    void scales_in_bf16_are_read_too_and_what_is_not_in_fp8_is_as_stored() {
        TensorEntry scales = new TensorEntry(
                "a.weight_scale_inv",
                ElementType.BF16,
                List.of(1L, 1L),
                arena.allocateFrom(ValueLayout.JAVA_SHORT, (short) 0x3F00));
        TensorEntry norm = TensorEntry.of("norm.weight", List.of(2L), new float[] {1, 2}, arena);
        try (Weights weights = open(List.of(fp8(new byte[] {0x38}, 1, 1), scales, norm), new Fp8Config(128, 128))) {
            assertThat(weights.names()).containsExactlyInAnyOrder("a.weight", "norm.weight");
            assertThat(weights.get("a.weight").floats()).containsExactly(0.5f);
            assertThat(weights.get("norm.weight").floats()).containsExactly(1, 2);
            Refused.message(() -> weights.get("b.weight")).contains("b.weight not found");
        }
    }

    @Test
    void a_missing_or_odd_scale_is_named() {
        Fp8Config blocks = blocks();
        try (Weights weights = open(List.of(weight()), blocks)) {
            Refused.message(() -> weights.get("a.weight"))
                    .contains("tensor a.weight: found F8_E4M3 [5, 7], expected a.weight_scale_inv [3, 3] beside it");
        }
        TensorEntry odd = floats("a.weight_scale_inv", made.get("scales"), 9);
        try (Weights weights = open(List.of(weight(), odd), blocks)) {
            Refused.message(() -> weights.get("a.weight"))
                    .contains("tensor a.weight_scale_inv: found F32 [9], expected F32 or BF16 [3, 3]", "2 x 3");
        }
        try (Weights weights = open(List.of(fp8(new byte[3], 3)), blocks)) {
            Refused.message(() -> weights.get("a.weight"))
                    .contains("tensor a.weight: found F8_E4M3 [3], expected [outputs, inputs]");
        }
    }

    @Test
    void the_config_says_the_blocks_or_that_they_are_not_known() throws IOException {
        assertThat(config("{\"quant_method\":\"fp8\",\"fmt\":\"e4m3\",\"weight_block_size\":[64,32]}"))
                .isEqualTo(new Fp8Config(64, 32));
        assertThat(config("{\"quant_method\":\"fp8\",\"activation_scheme\":\"dynamic\"}"))
                .isEqualTo(new Fp8Config(128, 128));
        assertThat(Fp8Config.of(JSON.readTree("{\"quantization_config\":{\"quant_method\":\"gptq\"}}"), "x"))
                .isEmpty();
        for (String wrong : List.of("[0,128]", "[128]", "null", "128", "[\"a\",1]")) {
            Refused.message(
                            ExitCode.UNFIT,
                            () -> config("{\"quant_method\":\"fp8\",\"weight_block_size\":" + wrong + "}"))
                    .contains("quantization_config.weight_block_size: found ", "[128, 128]");
        }
        Refused.message(ExitCode.UNFIT, () -> config("{\"quant_method\":\"fp8\",\"fmt\":\"e5m2\"}"))
                .contains("quantization_config.fmt: found \"e5m2\", expected \"e4m3\"");
    }

    private static Fp8Config config(String json) throws IOException {
        return Fp8Config.of(JSON.readTree("{\"quantization_config\":" + json + "}"), "model")
                .orElseThrow();
    }

    private static Fp8Config blocks() {
        return new Fp8Config(made.get("rows").asInt(), made.get("columns").asInt());
    }

    private TensorEntry weight() {
        byte[] codes = new byte[35];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) made.get("fp8").get(i).asInt();
        }
        return fp8(codes, 5, 7);
    }

    private TensorEntry fp8(byte[] codes, long... shape) {
        return new TensorEntry("a.weight", ElementType.F8_E4M3, shape(shape), MemorySegment.ofArray(codes));
    }

    private TensorEntry ones(int count) {
        float[] values = new float[count];
        Arrays.fill(values, 1);
        return TensorEntry.of("a.weight_scale_inv", List.of(1L, (long) count), values, arena);
    }

    private TensorEntry floats(String name, JsonNode bits, long... shape) {
        float[] values = new float[bits.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bits.get(i).asInt());
        }
        return TensorEntry.of(name, shape(shape), values, arena);
    }

    private static List<Long> shape(long... shape) {
        List<Long> list = new ArrayList<>();
        for (long size : shape) {
            list.add(size);
        }
        return list;
    }

    private float[] values(TensorEntry weight, TensorEntry scales, Fp8Config blocks) {
        try (Weights weights = open(List.of(weight, scales), blocks)) {
            return weights.get("a.weight").floats();
        }
    }

    private Weights open(List<TensorEntry> entries, Fp8Config blocks) {
        Path file = folder.resolve("model.safetensors");
        SafeTensorsWriter.write(file, entries);
        return new Fp8Weights(SafeTensors.open(file), blocks);
    }
}
