package dev.potstill.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressBoardTest {
    private long now;
    private final ProgressBoard board = new ProgressBoard(Stage.Response, () -> now);

    @Test
    void a_stop_takes_the_slowest_step_and_the_slowest_save() {
        board.begin("training", 0, 10);
        step(1, 4000);
        save(1, 1500);
        step(2, 7000);
        save(2, 700);
        assertThat(board.stopSeconds()).contains(9L); // 7.0 and 1.5, rounded up
        assertThat(board.latest().stopSeconds()).isEqualTo(9);
        assertThat(board.latest().checkpointStep()).isEqualTo(2);
    }

    @Test
    void before_the_first_save_nobody_knows_how_long_a_stop_takes() {
        board.restored(40);
        board.begin("training", 40, 100);
        step(41, 3000);
        assertThat(board.stopSeconds()).isEmpty();
        assertThat(board.latest().stopSeconds()).isNull();
        assertThat(board.latest().checkpointStep()).isEqualTo(40);
        assertThat(board.latest().resumedStep()).isEqualTo(40);
    }

    @Test
    void what_comes_before_training_is_not_a_step() {
        board.begin("reading teacher signals", 0, 0);
        now += Duration.ofMinutes(10).toNanos();
        board.begin("training", 0, 10);
        step(1, 1000);
        save(1, 1000);
        assertThat(board.stopSeconds()).contains(2L);
    }

    private void step(long step, long millis) {
        now += Duration.ofMillis(millis).toNanos();
        board.advance(step, 100, Map.of());
    }

    private void save(long step, long millis) {
        now += Duration.ofMillis(millis).toNanos();
        board.saved(step);
    }
}
