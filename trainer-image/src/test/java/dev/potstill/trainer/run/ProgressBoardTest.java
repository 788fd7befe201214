package dev.potstill.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import java.time.Duration;
import java.util.ArrayList;
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
    void what_a_killed_process_should_leave_is_kept_at_each_save_and_twice_a_minute() {
        var kept = new ArrayList<Long>();
        board.keeping(() -> kept.add(Duration.ofNanos(now).toSeconds()));
        board.begin("training", 0, 10);
        step(1, 20_000);
        assertThat(kept).isEmpty();
        step(2, 15_000);
        step(3, 15_000);
        assertThat(kept).containsExactly(35L);
        save(3, 1_000);
        step(4, 29_000);
        assertThat(kept).containsExactly(35L, 51L);
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

    @Test
    void nor_is_a_block_that_the_teacher_has_read() {
        board.begin("reading teacher signals", 0, 2);
        step(1, 600_000);
        board.begin("training", 0, 10);
        step(1, 1000);
        save(1, 1000);
        assertThat(board.stopSeconds()).contains(2L);
    }

    @Test
    void where_within_a_step_it_is_holds_until_that_is_done() {
        board.begin("reading teacher signals", 0, 2);
        board.within("layer 3 of 61");
        assertThat(board.latest().activity()).isEqualTo("reading teacher signals, layer 3 of 61");
        step(1, 1000);
        assertThat(board.latest().activity()).isEqualTo("reading teacher signals");
    }

    @Test
    void what_is_left_is_told_by_the_pace_after_the_first_step() {
        board.begin("training", 100, 200);
        assertThat(board.latest().etaSeconds()).isNull();
        step(101, 9000);
        assertThat(board.latest().etaSeconds()).isEqualTo(99 * 9);
        for (int step = 102; step <= 110; step++) {
            step(step, 2000);
        }
        assertThat(board.latest().etaSeconds()).isEqualTo(90 * 2);
        save(110, 9000); // a save belongs to what comes again and again
        step(111, 2000);
        assertThat(board.latest().etaSeconds()).isEqualTo(Math.round(89 * 2.9));
    }

    @Test
    void several_steps_at_once_count_each() {
        board.begin("reading teacher signals", 0, 100);
        step(20, 20_000);
        assertThat(board.latest().etaSeconds()).isEqualTo(80);
        step(60, 20_000);
        assertThat(board.latest().etaSeconds()).isEqualTo(20);
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
