package dev.potstill.trainer.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Signals of samples that are told apart by a number, and what was computed of them. */
abstract class NumberedSignals {
    static final int TOKENS = 100;
    static final int WIDTH = 10;

    /** Bytes of a sample's rows. */
    static final long SAMPLE = TOKENS * WIDTH * 4L;

    @TempDir
    Path folder;

    final List<String> warnings = new ArrayList<>();
    final List<Integer> computed = new ArrayList<>();
    Instant now = Instant.EPOCH;

    /** A sample whose tokens tell its number. */
    static Encoded sample(int number) {
        int[] ids = new int[TOKENS];
        Arrays.fill(ids, number);
        boolean[] answer = new boolean[TOKENS];
        Arrays.fill(answer, 50, TOKENS, true);
        return new Encoded(ids, answer);
    }

    static TrainingSet set(int... numbers) {
        return new TrainingSet(
                Arrays.stream(numbers).mapToObj(NumberedSignals::sample).toList());
    }

    static int[] from(int first, int to) {
        return IntStream.range(first, to).toArray();
    }

    SignalCache cache(long budget) {
        now = now.plusSeconds(1);
        return new SignalCache(new WorkspaceLayout(folder), budget, () -> now, warnings::add);
    }

    static Kind kind(String name, String identity) {
        Column column = new Column(name, ElementType.F32, WIDTH, Column.Rows.Tokens);
        return new Kind(name, identity.repeat(64), List.of(column));
    }

    static final Kind STATES = kind("states", "a");

    /** Fills the column with each sample's number, and remembers which were computed. */
    Map<String, Tensor> compute(Scope scope, TrainingSet rest, int[] samples, List<Kind> kinds) {
        float[] values = new float[samples.length * TOKENS * WIDTH];
        for (int i = 0; i < samples.length; i++) {
            int number = rest.ids(samples[i])[0];
            computed.add(number);
            Arrays.fill(values, i * TOKENS * WIDTH, (i + 1) * TOKENS * WIDTH, number);
        }
        Tensor rows = Tensor.of(scope, values, samples.length * (long) TOKENS, WIDTH);
        Map<String, Tensor> all = new java.util.HashMap<>();
        kinds.forEach(kind -> all.put(kind.name(), rows));
        return all;
    }

    /** Fills a store of these samples and checks what is read of it; gives the numbers of those that were computed. */
    List<Integer> fill(SignalCache cache, List<Kind> kinds, int... numbers) {
        TrainingSet set = set(numbers);
        computed.clear();
        try (SignalStore store = new SignalStore(cache, set, kinds);
                Scope scope = Scope.open()) {
            store.fill(
                    "",
                    (local, rest, samples) -> compute(local, rest, samples, kinds),
                    new ProgressBoard(Stage.Feature, () -> 0),
                    new StopSignal());
            for (int i = 0; i < numbers.length; i++) {
                for (Kind kind : kinds) {
                    assertThat(store.rows(scope, kind.name(), new int[] {i}).floats())
                            .hasSize(TOKENS * WIDTH)
                            .containsOnly(numbers[i]);
                }
            }
        }
        return List.copyOf(computed);
    }

    List<Integer> fill(int... numbers) {
        try (SignalCache cache = cache(Long.MAX_VALUE)) {
            return fill(cache, List.of(STATES), numbers);
        }
    }

    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache/signals"))) {
            return files.filter(file -> file.toString().endsWith(".rows"))
                    .sorted()
                    .toList();
        }
    }
}
