package dev.potstill.trainer.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.TinyLlama;
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
import java.util.SplittableRandom;
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

    private SignalStore read(LanguageModel model, String name, long memory, StopSignal stop) {
        try (Teacher teacher = new Teacher(model)) {
            List<Column> columns = new ArrayList<>(Teacher.hiddenColumns(model, ASKED));
            columns.addAll(Teacher.topColumns(5));
            ProgressBoard board = new ProgressBoard(Stage.Feature, () -> 0);
            return new SignalStore(folder.resolve(name), set, columns)
                    .fill(
                            "reading",
                            (scope, samples) -> {
                                var all = new HashMap<>(teacher.hidden(scope, set, samples, ASKED));
                                all.putAll(Teacher.rows(teacher.said(scope, set, samples, 5, 2)));
                                return all;
                            },
                            teacher.blockTokens(columns, memory),
                            board,
                            stop);
        }
    }

    private String stored(String name, String column) throws IOException {
        return Sha256.of(folder.resolve(name).resolve(column + ".bin"));
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"F32", "BF16"})
    void layer_by_layer_it_says_what_it_says_in_memory(ElementType type) throws IOException {
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel whole = LanguageModel.load(files, type);
                LanguageModel streamed = LanguageModel.streamed(files, type)) {
            read(whole, "whole", 1 << 20, new StopSignal()).close();
            // So little memory that there are several blocks, of several batches each.
            read(streamed, "streamed", 10 << 20, new StopSignal()).close();
            for (Column column : Teacher.hiddenColumns(whole, ASKED)) {
                assertThat(stored("streamed", column.name())).isEqualTo(stored("whole", column.name()));
            }
            for (Column column : Teacher.topColumns(5)) {
                assertThat(stored("streamed", column.name())).isEqualTo(stored("whole", column.name()));
            }
        }
    }

    @Test
    void one_layer_is_in_memory_at_a_time() {
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel streamed = LanguageModel.streamed(files, ElementType.F32)) {
            int ends = streamed.names().size();
            streamed.eachLayer(
                    4,
                    l -> assertThat(streamed.names())
                            .hasSize(ends + 9)
                            .contains("model.layers.%d.mlp.up_proj.weight".formatted(l)));
            assertThat(streamed.names()).hasSize(ends);
        }
    }

    @Test
    void stopped_after_a_block_it_goes_on_with_the_next() throws IOException {
        try (ModelFiles files = ModelFiles.open(folder.resolve("model"));
                LanguageModel streamed = LanguageModel.streamed(files, ElementType.F32)) {
            read(streamed, "whole", 10 << 20, new StopSignal()).close();
            StopSignal stop = new StopSignal();
            try (Teacher teacher = new Teacher(streamed)) {
                List<Column> columns = Teacher.hiddenColumns(streamed, ASKED);
                SignalStore store = new SignalStore(folder.resolve("pieces"), set, columns);
                ProgressBoard board = new ProgressBoard(Stage.Feature, () -> 0);
                assertThatExceptionOfType(Stopped.class)
                        .isThrownBy(() -> store.fill(
                                "reading",
                                (scope, samples) -> {
                                    stop.raise();
                                    return teacher.hidden(scope, set, samples, ASKED);
                                },
                                4096,
                                board,
                                stop));
                store.close();
                int done = Integer.parseInt(
                        Files.readString(folder.resolve("pieces/done")).strip());
                assertThat(done).isBetween(1, set.size() - 1);
                new SignalStore(folder.resolve("pieces"), set, columns)
                        .fill(
                                "reading",
                                (scope, samples) -> {
                                    assertThat(samples[0]).isGreaterThanOrEqualTo(done);
                                    return teacher.hidden(scope, set, samples, ASKED);
                                },
                                4096,
                                board,
                                new StopSignal())
                        .close();
            }
            assertThat(stored("pieces", "hidden-3")).isEqualTo(stored("whole", "hidden-3"));
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
                LanguageModel streamed = LanguageModel.streamed(files, ElementType.F32);
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
