package dev.potstill.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressLogTest {
    private long now;
    private final ProgressBoard board = new ProgressBoard(Stage.Feature, () -> now);
    private final List<String> told = new ArrayList<>();

    @Test
    void what_is_new_is_told_in_a_line_and_once() {
        try (var log = new ProgressLog(board, told::add)) {
            log.tell();
            board.begin("training", 0, 600);
            log.tell();
            log.tell();
            now += Duration.ofSeconds(45).toNanos();
            var losses = new LinkedHashMap<>(Map.of("loss", 0.8312));
            losses.put("hidden", 0.000012);
            board.advance(120, 54_000, losses);
            log.tell();
            log.tell();
        }
        assertThat(told)
                .containsExactly(
                        "Feature starting",
                        "Feature training: step 0/600",
                        "Feature training: step 120/600, loss 0.831, hidden 1.20e-05, 1200 tokens/s, ETA 3m");
    }

    @Test
    void it_looks_by_itself_until_it_is_closed() throws Exception {
        var lines = new LinkedBlockingQueue<String>();
        try (var log = ProgressLog.start(board, Duration.ofMillis(1), lines::add)) {
            assertThat(lines.poll(1, TimeUnit.MINUTES)).isEqualTo("Feature starting");
            board.begin("reading teacher signals", 0, 0);
            assertThat(lines.poll(1, TimeUnit.MINUTES)).isEqualTo("Feature reading teacher signals");
        }
    }

    @Test
    void durations_are_short() {
        assertThat(ProgressLog.duration(0)).isEqualTo("0s");
        assertThat(ProgressLog.duration(72)).isEqualTo("1m12s");
        assertThat(ProgressLog.duration(7800)).isEqualTo("2h10m");
    }
}
