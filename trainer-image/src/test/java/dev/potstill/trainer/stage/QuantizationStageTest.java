package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Upstream;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationStageTest {
    private static final int GROUP = 32;

    @BeforeAll
    static void oneThread() {
        // Matrices this small gain nothing from a second one, and lose much where the machine is busy.
        Torch.start(1);
    }

    @TempDir
    Path folder;

    private static Path student(StageContext context) {
        return context.out().resolve(Models.STUDENT);
    }

    @Test
    void the_folder_is_small_in_the_gptq_layout_and_opens_as_nearly_the_same_model() {
        QuantizationRun run = new QuantizationRun(folder);
        StageContext context = run.context(GROUP);
        StageWork.Made made = new QuantizationStage().make(context);

        try (Weights stored = SafeTensors.open(student(context).resolve("model.safetensors"))) {
            String down = "model.layers.2.mlp.down_proj";
            assertThat(stored.get(down + ".qweight").shape()).containsExactly(12L, 64L);
            assertThat(stored.get(down + ".qzeros").shape()).containsExactly(3L, 8L);
            assertThat(stored.get(down + ".scales").type()).isEqualTo(ElementType.F16);
            assertThat(stored.get(down + ".g_idx").shape()).containsExactly(96L);
            assertThat(stored.get("model.embed_tokens.weight").type()).isEqualTo(ElementType.F16);
            assertThat(stored.names()).hasSize(2 + QuantizationRun.LAYERS * (2 + 7 * 4));
        }
        assertThat(made.counts().get("layers")).isEqualTo(QuantizationRun.LAYERS);
        assertThat(made.counts().get("calibrationRows")).isEqualTo(100);
        assertThat(made.counts().get("bytesAfter")).isLessThan(made.counts().get("bytesBefore") / 4);
        assertThat(made.measures().get("outputError")).isBetween(0.001, 0.15);
        assertThat(made.curves().get("outputError")).hasSize(QuantizationRun.LAYERS);
        float[] before = logits(folder.resolve("start"));
        float[] after = logits(student(context));
        assertThat(distance(before, after)).isBetween(0.001, 0.25);
    }

    @Test
    void its_logits_move_less_than_those_of_weights_rounded_to_the_nearest() {
        StageContext context = new QuantizationRun(folder).context(GROUP);
        new QuantizationStage().make(context);
        float[] before = logits(folder.resolve("start"));
        try (ModelFiles files = ModelFiles.open(folder.resolve("start"));
                LanguageModel model = LanguageModel.load(files, ElementType.F32)) {
            for (String name : model.names()) {
                if (name.contains("_proj")) {
                    roundToNearest(model, name);
                }
            }
            double nearest = distance(before, logits(model));
            assertThat(distance(before, logits(student(context)))).isLessThan(0.9 * nearest);
        }
    }

    private static void roundToNearest(LanguageModel model, String name) {
        Tensor weight = model.get(name);
        float[] values = weight.floats();
        for (int group = 0; group < values.length; group += GROUP) {
            float size = 0;
            for (int i = group; i < group + GROUP; i++) {
                size = Math.max(size, Math.abs(values[i]));
            }
            for (int i = group; i < group + GROUP; i++) {
                double level = Math.clamp(Math.rint(values[i] / (size / 7.5)), -8, 7);
                values[i] = (float) (level * size / 7.5);
            }
        }
        try (Scope scope = Scope.open()) {
            model.replace(name, Tensor.of(scope, values, weight.shape()));
        }
    }

    /** ‖a − b‖ / ‖a‖. */
    private static double distance(float[] a, float[] b) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < a.length; i++) {
            difference += Math.pow(a[i] - b[i], 2);
            size += Math.pow(a[i], 2);
        }
        return Math.sqrt(difference / size);
    }

    private static float[] logits(Path folder) {
        try (ModelFiles files = ModelFiles.open(folder);
                LanguageModel model = LanguageModel.load(files, ElementType.F32)) {
            return logits(model);
        }
    }

    /** Of word problems that the student was not fitted on. */
    private static float[] logits(LanguageModel model) {
        try (Scope scope = Scope.open();
                Tokenizer tokenizer = Tokenizer.open(QuantizationRun.tokenizer(Path.of("here")))) {
            WordProblems problems = new WordProblems(2);
            List<int[]> rows = IntStream.range(0, 20)
                    .mapToObj(i -> tokenizer.encode(problems.heldOut(i).prompt()))
                    .toList();
            Packed batch = model.pack(scope, rows);
            return model.logits(scope, model.norm(scope, model.forward(scope, batch)))
                    .floats();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stopped_after_any_layer_it_goes_on_and_ends_with_the_very_same_bytes(boolean cut) throws IOException {
        StageContext whole = new QuantizationRun(folder.resolve("whole")).context(GROUP);
        new QuantizationStage().make(whole);
        byte[] expected = Files.readAllBytes(student(whole).resolve("model.safetensors"));

        QuantizationRun run = new QuantizationRun(folder.resolve("stopped"));
        for (int layer = 1; layer < QuantizationRun.LAYERS; layer++) {
            StopSignal stop = new StopSignal();
            StageContext stopped = run.context(GROUP, stop, afterReads(3, stop));
            assertThatThrownBy(() -> new QuantizationStage().make(stopped)).isInstanceOf(Stopped.class);
            assertThat(lastCheckpoint(stopped)).isEqualTo(layer);
            // What an attempt leaves that was killed while it wrote.
            Files.writeString(stopped.partial().resolve("checkpoint-%06d.unfinished".formatted(layer + 1)), "cut");
        }
        StageContext last = run.context(GROUP);
        // What a fault of the disk leaves: cut off or with a bit turned over, and told from a finished layer.
        Path second = last.partial().resolve("checkpoint-000002");
        byte[] bytes = Files.readAllBytes(second);
        bytes[bytes.length - 3] ^= 4;
        Files.write(second, cut ? Arrays.copyOf(bytes, 1000) : bytes);
        Path first = last.partial().resolve("checkpoint-000001");
        FileTime made = Files.getLastModifiedTime(first);
        new QuantizationStage().make(last);

        assertThat(Files.getLastModifiedTime(first)).isEqualTo(made);
        assertThat(Files.readAllBytes(student(last).resolve("model.safetensors")))
                .isEqualTo(expected);
    }

    /** The clock is read when the board is made, when the layers begin, and after each: raised at the third, one layer is done. */
    private static LongSupplier afterReads(int reads, StopSignal stop) {
        AtomicInteger seen = new AtomicInteger();
        return () -> {
            if (seen.incrementAndGet() == reads) {
                stop.raise();
            }
            return seen.get();
        };
    }

    private static int lastCheckpoint(StageContext context) {
        return context.workspace()
                .lastCheckpointStep(context.stage(), context.upstream().input().hex())
                .orElse(0);
    }

    @Test
    void a_group_size_that_does_not_divide_every_width_is_named_with_those_that_do() {
        QuantizationRun run = new QuantizationRun(folder);
        for (int groupSize : new int[] {64, 128, 24}) {
            StageContext context = run.context(groupSize);
            assertThatThrownBy(() -> new QuantizationStage().make(context))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT))
                    .hasMessageContaining("spec.quantization.groupSize: found " + groupSize)
                    .hasMessageContaining("choose one of 32, 16, 8");
        }
    }

    @Test
    void without_training_rows_it_says_which_stage_makes_them() {
        StageContext context = new QuantizationRun(folder).context(GROUP);
        StageContext alone = new StageContext(
                context.spec(),
                new Upstream(context.upstream().input(), Map.of()),
                context.workspace(),
                context.progress(),
                context.stop(),
                context.warnings());
        assertThatThrownBy(() -> new QuantizationStage().make(alone))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("spec.stages")
                .hasMessageContaining(Stage.Data.name());
    }
}
