package dev.potstill.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what transformers computed on tiny random models, in fp32. */
class GoldenModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A model folder, its rows without padding, and what was expected of it. */
    private record Golden(ModelFiles files, Weights expected, List<int[]> rows) implements AutoCloseable {

        static Golden open(String name) throws IOException {
            Path folder = Shared.folder("golden").resolve("models").resolve(name);
            JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
            Weights weights = SafeTensors.open(folder.resolve("model.safetensors"));
            TokenizerFiles none = new TokenizerFiles(folder, "{}", Optional.empty(), SpecialTokens.NONE);
            Weights expected = SafeTensors.open(folder.resolve("expected.safetensors"));
            return new Golden(new ModelFiles(folder, config, weights, none), expected, rows(expected));
        }

        private static List<int[]> rows(Weights expected) {
            TensorEntry ids = expected.get("input_ids");
            TensorEntry mask = expected.get("attention_mask");
            int length = Math.toIntExact(ids.shape().get(1));
            List<int[]> rows = new ArrayList<>();
            for (int r = 0; r < ids.shape().get(0); r++) {
                int row = r;
                rows.add(IntStream.range(0, length)
                        .filter(t -> at(mask, (long) row * length + t) == 1)
                        .map(t -> (int) at(ids, (long) row * length + t))
                        .toArray());
            }
            return rows;
        }

        private static long at(TensorEntry entry, long index) {
            return entry.type() == ElementType.I32
                    ? entry.bytes().get(ValueLayout.JAVA_INT_UNALIGNED, 4 * index)
                    : entry.bytes().get(ValueLayout.JAVA_LONG_UNALIGNED, 8 * index);
        }

        /** The greatest difference to an expected [rows, length, width] tensor, where there is no padding. */
        double worst(String name, float[] found, int[] starts) {
            TensorEntry entry = expected.get(name);
            float[] wanted = entry.floats();
            int length = Math.toIntExact(entry.shape().get(1));
            int width = Math.toIntExact(entry.shape().get(2));
            double worst = 0;
            for (int r = 0; r < rows.size(); r++) {
                for (int i = 0; i < rows.get(r).length * width; i++) {
                    worst = Math.max(worst, Math.abs(wanted[r * length * width + i] - found[starts[r] * width + i]));
                }
            }
            return worst;
        }

        @Override
        public void close() {
            expected.close();
            files.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama3-tied-scaled"})
    void hiddenStatesAndLogitsEqualTransformers(String name) throws IOException {
        try (Golden golden = Golden.open(name);
                LanguageModel model = LanguageModel.load(golden.files(), ElementType.F32);
                Scope scope = Scope.open()) {
            Packed batch = model.pack(scope, golden.rows());
            Tensor x = model.embed(scope, batch.ids());
            for (int l = 0; l < model.config().layers(); l++) {
                assertThat(golden.worst("hidden." + l, x.floats(), batch.starts()))
                        .isLessThan(1e-4);
                x = model.layer(scope, l, x, batch);
            }
            Tensor last = model.norm(scope, x);
            assertThat(golden.worst("hidden." + model.config().layers(), last.floats(), batch.starts()))
                    .isLessThan(1e-4);
            assertThat(golden.worst("logits", model.logits(scope, last).floats(), batch.starts()))
                    .isLessThan(1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama3-tied-scaled"})
    void greedyTokensEqualTransformers(String name) throws IOException {
        try (Golden golden = Golden.open(name);
                LanguageModel model = LanguageModel.load(golden.files(), ElementType.F32);
                Generator generator = new Generator(model)) {
            TensorEntry prompt = golden.expected().get("greedy_prompt");
            TensorEntry wanted = golden.expected().get("greedy");
            int[] ids = ints(prompt);
            int[] all = ints(wanted);
            Sampling greedy = new Sampling(0, all.length - ids.length, List.of(), 0);
            // A longer and a shorter row beside it must not change what is generated.
            int[] shorter = Arrays.copyOf(ids, Math.max(1, ids.length - 3));
            List<int[]> made = generator.generate(
                    List.of(
                            new Generator.Request(shorter, 0),
                            new Generator.Request(ids, 1),
                            new Generator.Request(all, 2)),
                    greedy,
                    tokens -> {});
            assertThat(made.get(1)).containsExactly(Arrays.copyOfRange(all, ids.length, all.length));
        }
    }

    private static int[] ints(TensorEntry entry) {
        int[] values = new int[Math.toIntExact(entry.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) Golden.at(entry, i);
        }
        return values;
    }
}
