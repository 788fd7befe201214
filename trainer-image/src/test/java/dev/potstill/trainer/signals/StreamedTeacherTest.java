package dev.potstill.trainer.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.data.AnswerLoss;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamedTeacherTest {
    private static final List<Integer> ASKED = List.of(0, 2, 3);

    @TempDir
    Path folder;

    private TrainingSet set;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        new TinyLlama(4, 16, 4, 2, 24, 0.3).save(folder.resolve("model"), 1);
        SplittableRandom random = new SplittableRandom(2);
        List<Encoded> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int[] ids = random.ints(random.nextInt(20, 60), 3, 40).toArray();
            boolean[] answer = new boolean[ids.length];
            Arrays.fill(answer, 5, ids.length, true);
            rows.add(new Encoded(ids, answer));
        }
        set = new TrainingSet(rows);
    }

    private static List<Column> columns(LanguageModel model) {
        List<Column> columns = new ArrayList<>();
        ASKED.forEach(layer -> columns.add(Teacher.hiddenColumn(model.config(), model.type(), layer)));
        columns.addAll(Teacher.topColumns(5, model.config().vocabulary()));
        return columns;
    }

    private SignalStore store(LanguageModel model, String name) {
        return new SignalStore(Unbounded.cache(folder.resolve(name)), set, Unbounded.kind(columns(model)));
    }

    private static Map<String, Tensor> all(Teacher teacher, Scope scope, TrainingSet rest, int[] samples) {
        Map<String, Tensor> all = new HashMap<>(teacher.hidden(scope, rest, samples, ASKED));
        all.putAll(Teacher.rows(teacher.said(scope, rest, samples, 5, 2)));
        return all;
    }

    private static ProgressBoard board() {
        return new ProgressBoard(Stage.Feature, () -> 0);
    }

    /** What was stored, by column. */
    private Map<String, String> read(LanguageModel model, String name, long blockTokens) {
        try (Teacher teacher = new Teacher(model);
                SignalStore store = store(model, name)) {
            store.fill(
                    "reading",
                    (scope, rest, samples) -> all(teacher, scope, rest, samples),
                    blockTokens,
                    board(),
                    new StopSignal());
            return stored(model, store);
        }
    }

    private Map<String, String> stored(LanguageModel model, SignalStore store) {
        Map<String, String> digests = new TreeMap<>();
        int[] samples = IntStream.range(0, set.size()).toArray();
        for (Column column : columns(model)) {
            try (Scope scope = Scope.open()) {
                digests.put(
                        column.name(),
                        Sha256.of(store.rows(scope, column.name(), samples).data()));
            }
        }
        return digests;
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"F32", "BF16"})
    void layer_by_layer_it_says_what_it_says_in_memory(ElementType type) throws IOException {
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel whole = LanguageModel.load(files, type);
                LanguageModel streamed = LanguageModel.streamed(files, type, _ -> {})) {
            // Several blocks, of several batches each.
            assertThat(read(streamed, "streamed", 3 * 4096)).isEqualTo(read(whole, "whole", 4096));
        }
    }

    @Test
    void answers_are_as_hard_to_it_as_in_memory() {
        List<Encoded> rows = new ArrayList<>(set.samples());
        rows.add(new Encoded(new int[] {3, 4, 5}, new boolean[] {true, false, false}));
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel whole = LanguageModel.load(files, ElementType.F32);
                LanguageModel streamed = LanguageModel.streamed(files, ElementType.F32, _ -> {});
                AnswerLoss inMemory = new AnswerLoss(whole);
                StreamedLoss severalBlocks = new StreamedLoss(streamed, 1 << 20);
                StreamedLoss oneBlock = new StreamedLoss(streamed, 2L << 30)) {
            double[] wanted = inMemory.of(rows);
            assertThat(wanted[rows.size() - 1]).isNaN();
            assertThat(severalBlocks.of(rows)).containsExactly(wanted, within(1e-5));
            assertThat(oneBlock.of(rows)).isEqualTo(severalBlocks.of(rows));
            assertThat(oneBlock.of(List.of(rows.getLast()))).containsExactly(Double.NaN);
        }
    }

    @Test
    void blocks_grow_with_the_memory_and_are_a_batch_at_least() {
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel streamed = LanguageModel.streamed(files, ElementType.F32, _ -> {});
                Teacher teacher = new Teacher(streamed)) {
            long some = teacher.blockTokens(columns(streamed), 1L << 30);
            long more = teacher.blockTokens(columns(streamed), 2L << 30);
            assertThat(teacher.blockTokens(columns(streamed), 1L << 20)).isEqualTo(4096);
            assertThat(some).isGreaterThan(4096);
            long token = 2 * 16 * Float.BYTES
                    + 2 * columns(streamed).stream().mapToLong(Column::rowBytes).sum();
            assertThat(more - some).isBetween((1L << 30) / token, (1L << 30) / token + 1);
        }
    }

    @Test
    void one_layer_is_in_memory_at_a_time() {
        List<Integer> told = new ArrayList<>();
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel streamed = LanguageModel.streamed(files, ElementType.F32, told::add)) {
            int ends = streamed.names().size();
            streamed.eachLayer(
                    4,
                    l -> assertThat(streamed.names())
                            .hasSize(ends + 9)
                            .contains("model.layers.%d.mlp.up_proj.weight".formatted(l)));
            assertThat(streamed.names()).hasSize(ends);
            assertThat(told).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void stopped_after_a_block_it_goes_on_with_the_next() throws IOException {
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel streamed = LanguageModel.streamed(files, ElementType.F32, _ -> {})) {
            Map<String, String> whole = read(streamed, "whole", 3 * 4096);
            StopSignal stop = new StopSignal();
            try (Teacher teacher = new Teacher(streamed)) {
                SignalStore begun = store(streamed, "pieces");
                assertThatExceptionOfType(Stopped.class)
                        .isThrownBy(() -> begun.fill(
                                "reading",
                                (scope, rest, samples) -> {
                                    stop.raise();
                                    return all(teacher, scope, rest, samples);
                                },
                                4096,
                                board(),
                                stop));
                begun.close();
                try (SignalStore resumed = store(streamed, "pieces")) {
                    List<Integer> computed = new ArrayList<>();
                    resumed.fill(
                            "reading",
                            (scope, rest, samples) -> {
                                computed.add(samples.length);
                                return all(teacher, scope, rest, samples);
                            },
                            4096,
                            board(),
                            new StopSignal());
                    assertThat(computed.stream().mapToInt(Integer::intValue).sum())
                            .isBetween(1, set.size() - 1);
                    assertThat(stored(streamed, resumed)).isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void a_damaged_layer_is_named_when_it_is_reached() throws IOException {
        Path file = folder.resolve("model/model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        // The last tensors of the file are the last layer's.
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4 * 100, Float.NaN);
        Files.write(file, bytes);
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel streamed = LanguageModel.streamed(files, ElementType.F32, _ -> {});
                Scope scope = Scope.open()) {
            List<Integer> reached = new ArrayList<>();
            assertThatExceptionOfType(Problem.class)
                    .isThrownBy(() -> streamed.eachLayer(4, reached::add))
                    .withMessageContaining("model.layers.3.")
                    .withMessageContaining("found NaN or infinite values")
                    .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED));
            assertThat(reached).containsExactly(0, 1, 2);
            assertThat(Tensor.scalar(scope, 1).item()).isEqualTo(1);
        }
    }
}
