package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A DeepSeek-V3 with its linear layers in fp8, as it is published. */
class Fp8ModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Not a divisor of all widths: the last blocks are smaller. */
    private static final int BLOCK = 16;

    private static final List<int[]> ROWS = List.of(new int[] {5, 17, 3, 88, 41, 9}, new int[] {1, 2, 3});

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofAuto();

    @Test
    void it_computes_what_the_weights_it_stands_for_compute() throws IOException {
        Path golden = Shared.folder("golden/models").resolve("deepseek-v3");
        List<TensorEntry> plain = new ArrayList<>();
        List<TensorEntry> packed = new ArrayList<>();
        try (Weights weights = SafeTensors.open(golden.resolve("model.safetensors"))) {
            for (String name : weights.names()) {
                TensorEntry entry = weights.get(name);
                boolean linear = name.contains("_proj.");
                TensorEntry copy = linear ? ones(entry) : TensorEntry.of(name, entry.shape(), entry.floats(), arena);
                plain.add(linear ? scaled(entry) : copy);
                packed.add(copy);
                if (linear) {
                    packed.add(scales(entry));
                }
            }
        }
        ObjectNode config =
                (ObjectNode) JSON.readTree(golden.resolve("config.json").toFile());
        float[] expected = logits("plain", config, plain);
        config.putObject("quantization_config")
                .put("quant_method", "fp8")
                .put("activation_scheme", "dynamic")
                .putArray("weight_block_size")
                .add(BLOCK)
                .add(BLOCK);
        // The same numbers at other addresses: sums may be added up in another order.
        assertThat(logits("packed", config, packed)).containsExactly(expected, within(1e-5f));
    }

    private static int across(TensorEntry entry) {
        return Math.ceilDiv(entry.shape().get(1).intValue(), BLOCK);
    }

    /** Of each block another, so that one taken for another shows. */
    private static float scale(int block) {
        return 0.02f + 0.001f * block;
    }

    /** The code of 1 or −1, by the weight's sign. */
    private TensorEntry ones(TensorEntry entry) {
        float[] values = entry.floats();
        byte[] codes = new byte[values.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (values[i] < 0 ? 0xB8 : 0x38);
        }
        return new TensorEntry(
                entry.name(),
                ElementType.F8_E4M3,
                entry.shape(),
                arena.allocate(codes.length).copyFrom(MemorySegment.ofArray(codes)));
    }

    private TensorEntry scales(TensorEntry entry) {
        int down = Math.ceilDiv(entry.shape().get(0).intValue(), BLOCK);
        float[] values = new float[down * across(entry)];
        for (int i = 0; i < values.length; i++) {
            values[i] = scale(i);
        }
        return TensorEntry.of(entry.name() + "_scale_inv", List.of((long) down, (long) across(entry)), values, arena);
    }

    /** The weight that these stand for. */
    private TensorEntry scaled(TensorEntry entry) {
        int in = entry.shape().get(1).intValue();
        float[] values = entry.floats();
        for (int i = 0; i < values.length; i++) {
            float scale = scale(i / in / BLOCK * across(entry) + i % in / BLOCK);
            values[i] = values[i] < 0 ? -scale : scale;
        }
        return TensorEntry.of(entry.name(), entry.shape(), values, arena);
    }

    private float[] logits(String name, ObjectNode config, List<TensorEntry> tensors) throws IOException {
        Path at = Files.createDirectories(folder.resolve(name));
        SafeTensorsWriter.write(at.resolve("model.safetensors"), tensors);
        TokenizerFiles none = new TokenizerFiles(at, "{}", Optional.empty(), SpecialTokens.NONE);
        try (ModelFiles files = new ModelFiles(at, config, HfFolder.decoded(at, config), none);
                LanguageModel model = LanguageModel.load(files, ElementType.F32);
                Scope scope = Scope.open()) {
            Packed batch = model.pack(scope, ROWS);
            Tensor hidden = model.norm(scope, model.forward(scope, batch));
            return model.logits(scope, hidden).floats();
        }
    }
}
