package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.model.LanguageModel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole model whose weights are stored in fp16, fp8 or several files. */
class StoredTypesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UP = "model.layers.1.mlp.up_proj.weight";
    private static final String DOWN = "model.layers.1.mlp.down_proj.weight";

    @TempDir
    Path folder;

    private Path model;
    private final Arena arena = Arena.ofAuto();

    @BeforeEach
    void aModelInF32() throws IOException {
        model = TinyLlama.SMALL.save(folder.resolve("model"), 1);
    }

    private Path file(String name) {
        return model.resolve(name);
    }

    /** The tensors as they are, in memory of their own. */
    private List<TensorEntry> stored() {
        try (Weights weights = SafeTensors.open(file("model.safetensors"))) {
            List<TensorEntry> entries = new ArrayList<>();
            for (String name : weights.names()) {
                TensorEntry entry = weights.get(name);
                entries.add(TensorEntry.of(name, entry.shape(), entry.floats(), arena));
            }
            return entries;
        }
    }

    private TensorEntry half(TensorEntry entry) {
        float[] values = entry.floats();
        short[] half = new short[values.length];
        for (int i = 0; i < half.length; i++) {
            half[i] = Float.floatToFloat16(values[i]);
        }
        return new TensorEntry(
                entry.name(), ElementType.F16, entry.shape(), arena.allocateFrom(ValueLayout.JAVA_SHORT, half));
    }

    private void store(UnaryOperator<TensorEntry> as) {
        SafeTensorsWriter.write(
                file("model.safetensors"), stored().stream().map(as).toList());
    }

    private float[] loaded(String name, ElementType type) {
        try (ModelFiles files = ModelFiles.open(model);
                LanguageModel loaded = LanguageModel.load(files, type)) {
            return loaded.get(name).floats();
        }
    }

    @Test
    void fp16_is_read_with_its_subnormals() {
        store(entry -> {
            TensorEntry half = half(entry);
            if (entry.name().equals(UP)) {
                // The least subnormal, the greatest, the least normal, the greatest of all, and minus nothing.
                short[] edges = {0x0001, 0x03FF, 0x0400, 0x7BFF, (short) 0x8000};
                MemorySegment.copy(edges, 0, half.bytes(), ValueLayout.JAVA_SHORT, 0, edges.length);
            }
            return half;
        });
        float[] found = loaded(UP, ElementType.F32);
        assertThat(found).startsWith(0x1p-24f, 1023 * 0x1p-24f, 0x1p-14f, 65504f, -0f);
        assertThat(loaded(UP, ElementType.BF16)).startsWith(0x1p-24f);
    }

    @Test
    void an_infinity_or_a_nan_is_named_in_whatever_type() throws IOException {
        for (short bits : new short[] {0x7C00, (short) 0xFC00, 0x7E00}) {
            aModelInF32();
            store(entry -> {
                TensorEntry half = half(entry);
                if (entry.name().equals(UP)) {
                    half.bytes().set(ValueLayout.JAVA_SHORT, 6, bits);
                }
                return half;
            });
            for (ElementType type : List.of(ElementType.F32, ElementType.BF16)) {
                Refused.message(() -> loaded(UP, type)).contains(model.toString(), "tensor " + UP, "NaN or infinite");
            }
        }
        aModelInF32();
        store(entry -> {
            if (entry.name().equals(DOWN)) {
                entry.bytes().set(ValueLayout.JAVA_FLOAT, 4, Float.NaN);
            }
            return entry;
        });
        Refused.message(() -> loaded(DOWN, ElementType.F32)).contains("tensor " + DOWN, "the file is damaged");
    }

    @Test
    void fp8_with_scales_is_read_as_the_type_that_is_asked_for() throws IOException {
        ObjectNode config = (ObjectNode) JSON.readTree(file("config.json").toFile());
        config.putObject("quantization_config")
                .put("quant_method", "fp8")
                .put("fmt", "e4m3")
                .putArray("weight_block_size")
                .add(16)
                .add(16);
        List<TensorEntry> entries = new ArrayList<>();
        for (TensorEntry entry : stored()) {
            if (entry.name().equals(UP)) { // [24, 16]
                byte[] codes = new byte[24 * 16];
                Arrays.fill(codes, (byte) 0x3C); // 1.5
                entries.add(new TensorEntry(UP, ElementType.F8_E4M3, entry.shape(), MemorySegment.ofArray(codes)));
                entries.add(TensorEntry.of(UP + "_scale_inv", List.of(2L, 1L), new float[] {2, 0.25f}, arena));
            } else {
                entries.add(entry);
            }
        }
        SafeTensorsWriter.write(file("model.safetensors"), entries);
        Refused.message(() -> loaded(UP, ElementType.F32)).contains(UP + "_scale_inv", "quantization_config");

        JSON.writeValue(file("config.json").toFile(), config);
        for (ElementType type : List.of(ElementType.F32, ElementType.BF16)) {
            float[] found = loaded(UP, type);
            assertThat(Arrays.copyOfRange(found, 0, 256)).containsOnly(3f);
            assertThat(Arrays.copyOfRange(found, 256, 384)).containsOnly(0.375f);
        }
        try (ModelFiles files = ModelFiles.open(model)) {
            assertThat(files.config().has("quantization_config")).isFalse();
        }
    }

    @Test
    void shards_are_one_model_whatever_their_total_size_is_said_to_be() throws IOException {
        float[] whole = loaded(UP, ElementType.F32);
        inTwoShards();
        assertThat(loaded(UP, ElementType.F32)).containsExactly(whole);
    }

    @Test
    void a_shard_cut_off_is_named() throws IOException {
        inTwoShards();
        try (RandomAccessFile shard =
                new RandomAccessFile(file("model-00002-of-00002.safetensors").toFile(), "rw")) {
            shard.setLength(shard.length() - 1);
        }
        Refused.message(() -> loaded(UP, ElementType.F32))
                .contains(file("model-00002-of-00002.safetensors").toString(), "is cut off");
    }

    @Test
    void a_tensor_that_no_shard_has_is_named() throws IOException {
        inTwoShards();
        Path index = file("model.safetensors.index.json");
        ObjectNode json = (ObjectNode) JSON.readTree(index.toFile());
        ((ObjectNode) json.get("weight_map")).remove(UP);
        JSON.writeValue(index.toFile(), json);
        Refused.message(() -> loaded(UP, ElementType.F32)).contains(index.toString(), "tensor " + UP + " not found");
    }

    /** transformers does not look at the total size; neither is it looked at here. */
    private void inTwoShards() throws IOException {
        List<TensorEntry> entries = stored();
        Files.delete(file("model.safetensors"));
        ObjectNode index = JSON.createObjectNode();
        index.putObject("metadata").put("total_size", 12);
        ObjectNode map = index.putObject("weight_map");
        int half = entries.size() / 2;
        for (int shard = 0; shard < 2; shard++) {
            List<TensorEntry> part = shard == 0 ? entries.subList(0, half) : entries.subList(half, entries.size());
            String name = "model-0000%d-of-00002.safetensors".formatted(shard + 1);
            SafeTensorsWriter.write(file(name), part);
            part.forEach(entry -> map.put(entry.name(), name));
        }
        JSON.writeValue(file("model.safetensors.index.json").toFile(), index);
    }
}
