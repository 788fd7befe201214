package dev.potstill.trainer.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.potstill.api.Stage;
import dev.potstill.trainer.engine.Ops;
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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which samples are computed again and which are found; what is thrown away, and what is not. */
class SignalStoreTest extends NumberedSignals {
    @Test
    void only_samples_that_were_never_met_are_computed() {
        assertThat(fill(from(0, 100))).hasSize(100);
        assertThat(fill(from(0, 100))).isEmpty();
        assertThat(fill(from(20, 60))).isEmpty();
        assertThat(fill(3, 99, 7)).isEmpty();
        assertThat(fill(98, 99, 100, 3, 101, 100)).containsExactly(100, 101);
        assertThat(warnings).isEmpty();
    }

    @Test
    void a_sample_with_other_marks_is_another() {
        Encoded marked = sample(1);
        TrainingSet other = new TrainingSet(List.of(new Encoded(marked.ids(), new boolean[TOKENS])));
        assertThat(other.key(0)).isNotEqualTo(set(1).key(0));
    }

    @Test
    void what_was_computed_before_the_process_ended_is_found() {
        try (SignalCache cache = cache(Long.MAX_VALUE)) {
            SignalStore store = new SignalStore(cache, set(from(0, 100)), List.of(STATES));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> store.fill(
                            "",
                            (scope, rest, samples) -> {
                                if (samples[0] > 0) {
                                    throw new IllegalStateException("ended");
                                }
                                return compute(scope, rest, samples, List.of(STATES));
                            },
                            new ProgressBoard(Stage.Feature, () -> 0),
                            new StopSignal()));
            store.close();
        }
        assertThat(fill(from(0, 100)))
                .containsExactlyElementsOf(IntStream.range(40, 100).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 31, 40, 700, 100_000})
    void a_file_that_was_cut_off_holds_what_was_whole(long left) throws IOException {
        fill(from(0, 100));
        Path segment = segments().getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        // Two frames of 40 samples, and one of 20.
        long second = bytes.length - 20 * SAMPLE - 400;
        Files.write(segment, Arrays.copyOf(bytes, Math.toIntExact(left < 100_000 ? left : second)));
        assertThat(fill(from(0, 100))).hasSize(left < 100_000 ? 100 : 20);
        assertThat(fill(from(0, 100))).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.3, 0.55, 0.99})
    void what_the_disk_has_changed_is_told_of_and_computed_again(double where) throws IOException {
        fill(from(0, 100));
        Path segment = segments().getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[(int) (bytes.length * where)] ^= 4;
        Files.write(segment, bytes);
        assertThat(fill(from(0, 100))).isNotEmpty();
        assertThat(warnings).singleElement().asString().contains(segment.toString(), "is damaged", "computed again");
        assertThat(fill(from(0, 100))).isEmpty();
    }

    @Test
    void kinds_are_found_each_by_itself() {
        Kind first = kind("first", "b");
        Kind second = kind("second", "c");
        try (SignalCache cache = cache(Long.MAX_VALUE)) {
            assertThat(fill(cache, List.of(first), from(0, 10))).hasSize(10);
            assertThat(fill(cache, List.of(first, second), from(5, 20))).hasSize(15);
            assertThat(fill(cache, List.of(second), from(5, 20))).isEmpty();
            assertThat(fill(cache, List.of(kind("first", "d")), 1)).hasSize(1);
        }
    }

    @Test
    void no_more_is_written_than_was_missing() throws IOException {
        Kind first = kind("first", "b");
        List<Kind> both = List.of(first, kind("second", "c"));
        int[] all = from(0, 200);
        try (SignalCache cache = cache(Long.MAX_VALUE)) {
            fill(cache, List.of(first), IntStream.range(0, 100).map(i -> 2 * i).toArray());
            long before = written();
            long missing;
            try (SignalStore store = new SignalStore(cache, set(all), both)) {
                missing = store.missingBytes();
            }
            fill(cache, both, all);
            assertThat(written() - before).isBetween(300 * SAMPLE, missing);
        }
    }

    private long written() throws IOException {
        long bytes = 0;
        for (Path segment : segments()) {
            bytes += Files.size(segment);
        }
        return bytes;
    }

    @Test
    void what_was_not_used_for_longest_goes_first() throws IOException {
        for (String identity : List.of("1", "2", "3")) {
            try (SignalCache cache = cache(Long.MAX_VALUE)) {
                fill(cache, List.of(kind("kind", identity)), from(0, 10));
            }
        }
        try (SignalCache cache = cache(Long.MAX_VALUE)) {
            fill(cache, List.of(kind("kind", "1")), 3);
        }
        try (SignalCache cache = cache(35 * SAMPLE)) {
            fill(cache, List.of(kind("kind", "4")), from(0, 10));
            assertThat(fill(cache, List.of(kind("kind", "1")), from(0, 10))).isEmpty();
            assertThat(fill(cache, List.of(kind("kind", "3")), from(0, 10))).isEmpty();
        }
        assertThat(segments()).hasSize(3).noneMatch(file -> file.toString().contains("kind-2"));
    }

    @Test
    void what_is_read_now_stays_whatever_the_budget() {
        Kind reading = kind("kind", "1");
        try (SignalCache here = cache(Long.MAX_VALUE);
                SignalCache elsewhere = cache(15 * SAMPLE)) {
            fill(here, List.of(reading), from(0, 10));
            fill(elsewhere, List.of(kind("kind", "2")), from(0, 10));
            assertThat(fill(elsewhere, List.of(kind("kind", "2")), from(0, 10))).isEmpty();
            assertThat(fill(here, List.of(reading), from(0, 10))).isEmpty();
        }
        try (SignalCache alone = cache(15 * SAMPLE)) {
            fill(alone, List.of(kind("kind", "3")), from(0, 10));
            assertThat(fill(alone, List.of(reading), from(0, 10))).hasSize(10);
        }
    }

    @Test
    void how_much_is_missing_and_how_much_room_there_is_are_known_before() {
        try (SignalCache cache = cache(30 * SAMPLE)) {
            assertThat(new SignalStore(cache, set(from(0, 10)), List.of(STATES)).missingBytes())
                    .isBetween(10 * SAMPLE, 10 * SAMPLE * 105 / 100);
            assertThat(cache.room()).isEqualTo(30 * SAMPLE);
            fill(cache, List.of(STATES), from(0, 10));
            SignalStore more = new SignalStore(cache, set(from(5, 25)), List.of(STATES));
            assertThat(more.missingBytes()).isBetween(15 * SAMPLE, 15 * SAMPLE * 105 / 100);
            assertThat(more.isComplete()).isFalse();
            assertThat(cache.room()).isBetween(19 * SAMPLE, 20 * SAMPLE);
        }
    }

    @Test
    void tokens_in_two_bytes_are_read_as_they_were() {
        try (Scope scope = Scope.open()) {
            Tensor ids = Tensor.of(scope, new long[] {0, 32767, 32768, 65535}, 1, 4);
            Tensor stored = Ops.contiguous(scope, Ops.contiguous(scope, ids, ElementType.I32), ElementType.I16);
            assertThat(Ops.unsigned(scope, stored).longs()).containsExactly(0, 32767, 32768, 65535);
        }
        assertThat(Teacher.topColumns(3, 65_536).get(1).type()).isEqualTo(ElementType.I16);
        assertThat(Teacher.topColumns(3, 65_537).get(1).type()).isEqualTo(ElementType.I32);
    }
}
