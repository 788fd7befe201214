package dev.potstill.trainer.signals;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadersTest {
    @TempDir
    private Path folder;

    @Test
    void what_others_read_is_known_until_they_leave() throws IOException {
        try (Readers own = Readers.enter(folder)) {
            try (Readers other = Readers.enter(folder)) {
                other.announce("states");
                other.announce("top");
                assertThat(own.others()).containsExactlyInAnyOrder("states", "top");
            }
            assertThat(own.others()).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void what_the_dead_left_is_cleared_away() throws IOException {
        Files.writeString(folder.resolve("one"), "states\n");
        Files.writeString(folder.resolve("two.entering"), "");
        try (Readers own = Readers.enter(folder)) {
            assertThat(own.others()).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** Who looks for others clears files away that nobody holds: never one of somebody who has entered. */
    @Test
    void whoever_has_entered_is_seen_though_others_clear_away_meanwhile() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2);
                Readers clearing = Readers.enter(folder)) {
            List<Callable<Void>> work = new ArrayList<>();
            work.add(() -> {
                for (int i = 0; i < 300; i++) {
                    try (Readers entering = Readers.enter(folder)) {
                        entering.announce("kind");
                        assertThat(clearing.others()).contains("kind");
                    }
                }
                return null;
            });
            work.add(() -> {
                for (int i = 0; i < 3000; i++) {
                    clearing.others();
                }
                return null;
            });
            for (var each : threads.invokeAll(work)) {
                each.get();
            }
        }
    }
}
