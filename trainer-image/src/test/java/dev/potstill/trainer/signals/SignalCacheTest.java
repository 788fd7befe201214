package dev.potstill.trainer.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.potstill.trainer.engine.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the cache holds to where its budget, its files or its rights are not as they were. */
class SignalCacheTest extends NumberedSignals {

    private long bytes() throws IOException {
        long bytes = 0;
        for (Path segment : segments()) {
            bytes += Files.size(segment);
        }
        return bytes;
    }

    private void fillEach(int samples, String... identities) {
        for (String identity : identities) {
            try (SignalCache cache = cache(Long.MAX_VALUE)) {
                fill(cache, List.of(kind("kind", identity)), from(0, samples));
            }
        }
    }

    @Test
    void a_lower_budget_holds_as_soon_as_a_store_is_opened() throws IOException {
        fillEach(10, "1", "2", "3", "4");
        try (SignalCache elsewhere = cache(Long.MAX_VALUE)) {
            fill(elsewhere, List.of(kind("kind", "2")), 1);
            try (SignalCache cache = cache(25 * SAMPLE)) {
                assertThat(fill(cache, List.of(kind("kind", "1")), from(0, 10))).isEmpty();
                assertThat(bytes()).isLessThanOrEqualTo(25 * SAMPLE);
                assertThat(segments())
                        .extracting(Path::getParent)
                        .extracting(kind -> kind.getFileName().toString().substring(0, 6))
                        .containsExactly("kind-1", "kind-2");
            }
        }
    }

    @Test
    void the_heads_of_frames_count_too() throws IOException {
        fillEach(10, "1");
        long one = bytes();
        // Room for the rows of both and for one head.
        try (SignalCache cache = cache(one + 10 * SAMPLE)) {
            fill(cache, List.of(kind("kind", "2")), from(0, 10));
            assertThat(bytes()).isEqualTo(one);
        }
    }

    @Test
    void what_others_read_leaves_less_room() throws IOException {
        fillEach(10, "1", "2");
        long both = bytes();
        try (SignalCache elsewhere = cache(Long.MAX_VALUE);
                SignalCache cache = cache(100 * SAMPLE)) {
            assertThat(cache.room()).isEqualTo(100 * SAMPLE);
            fill(elsewhere, List.of(kind("kind", "1")), 1);
            assertThat(cache.room()).isEqualTo(100 * SAMPLE - both / 2);
        }
    }

    @Test
    void only_the_frame_that_is_damaged_is_computed_again() throws IOException {
        fill(from(0, 100));
        Path segment = segments().getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[Math.toIntExact(30 * SAMPLE)] ^= 4; // in the rows of the first frame, which has 40 samples
        Files.write(segment, bytes);
        assertThat(fill(from(0, 100)))
                .containsExactlyElementsOf(IntStream.range(0, 40).boxed().toList());
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains(segment.toString(), "is damaged", "rows before byte", "computed again");
        assertThat(fill(from(0, 100))).isEmpty();
    }

    @Test
    void a_file_of_another_name_is_neither_read_nor_counted_nor_deleted() throws IOException {
        fill(from(0, 10));
        Path segment = segments().getFirst();
        Path foreign = Files.copy(segment, segment.resolveSibling("backup.rows"));
        assertThat(fill(from(0, 20))).hasSize(10);
        try (SignalCache cache = cache(1)) {
            fill(cache, List.of(kind("kind", "2")), 1);
        }
        assertThat(foreign).exists();
        assertThat(segment).doesNotExist();
        assertThat(warnings).isEmpty();
    }

    @Test
    void a_cache_that_cannot_be_written_is_read() throws IOException {
        fill(from(0, 10));
        Path signals = folder.resolve("cache/signals");
        for (Path each : List.of(signals, signals.resolve("readers"))) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        assumeFalse(Files.isWritable(signals.resolve("readers")), "root writes anywhere");
        try (SignalCache cache = cache(SAMPLE);
                SignalStore store = new SignalStore(cache, set(from(0, 10)), List.of(STATES));
                Scope scope = Scope.open()) {
            assertThat(store.isComplete()).isTrue();
            assertThat(store.rows(scope, "states", new int[] {3}).floats()).containsOnly(3);
        }
    }
}
