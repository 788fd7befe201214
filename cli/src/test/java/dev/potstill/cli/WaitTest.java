package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.Problem;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script that waits for a run learns how it ended. */
class WaitTest {
    @TempDir
    Path folder;

    @AutoClose
    private Town town;

    @BeforeEach
    void town() {
        town = new Town(folder);
        town.apply("r1");
    }

    @Test
    void it_ends_when_the_run_succeeds_and_says_once_what_is_waited_for() throws Exception {
        var later = Town.once(
                () -> town.complained().contains("is the operator at work?"), () -> town.say(Told.succeeded()));

        assertThat(town.potstill("wait", "r1")).isZero();
        assertThat(later.join(Duration.ofSeconds(30))).isTrue();
        assertThat(town.shown()).isEqualTo("r1 has succeeded: WordProblems 91.6% · 3m36s\n");
        assertThat(town.complained()).hasLineCount(1);
    }

    @Test
    void of_a_run_that_failed_it_has_the_trainers_exit_code_and_the_reason() {
        town.say(Told.failed());

        assertThat(town.potstill("wait", "r1")).isEqualTo(65);
        assertThat(town.shown()).isEmpty();
        assertThat(town.complained())
                .isEqualTo("potstill: r1 has failed: Data (Rejected, exit code 65): spec.data: no rows\n");
    }

    @Test
    void the_signal_that_ended_its_trainer_is_in_the_exit_code() {
        town.say(Told.failed(new Failure("Crashed", "The trainer ended with 139 without saying why", 139)));

        assertThat(town.potstill("wait", "r1")).isEqualTo(139);
        assertThat(town.complained())
                .isEqualTo(
                        "potstill: r1 has failed: Data (Crashed, exit code 139): The trainer ended with 139 without saying why\n");
    }

    @Test
    void a_run_that_is_not_accepted_is_not_waited_for() {
        town.say(rejected("spec.stages: found none, expected some"));

        assertThat(town.potstill("wait", "r1")).isEqualTo(65);
        assertThat(town.complained())
                .isEqualTo("potstill: r1 is not accepted: spec.stages: found none, expected some\n");
    }

    private static DistillationRunStatus rejected(String why) {
        var stamp = new Stamp(Optional.of(1L), Instant.parse("2026-03-01T12:00:00Z"), List.of());
        return Status.of(Problem.rejected(why), stamp);
    }

    @Test
    void a_run_that_is_paused_says_how_it_goes_on() {
        town.potstill("pause", "r1");
        town.say(Told.paused(2));

        assertThat(town.potstill("wait", "r1")).isEqualTo(75);
        assertThat(town.complained())
                .contains("r1 is Paused: ", "potstill resume r1")
                .hasLineCount(1);
    }

    @Test
    void who_stops_waiting_leaves_the_run_alone() {
        town.say(Told.running());
        town.bell.stop();

        assertThat(town.potstill("wait", "r1")).isEqualTo(75);
        assertThat(town.complained()).isEqualTo("potstill: no longer waiting for r1; it goes on\n");
        assertThat(town.execution()).isEqualTo("Running");
    }

    @Test
    void a_run_that_is_deleted_meanwhile_is_not_called_a_wrong_name() {
        Town.once(() -> town.complained().contains("is the operator at work?"), town::delete);

        assertThat(town.potstill("wait", "r1")).isEqualTo(69);
        assertThat(town.complained().lines().skip(1))
                .containsExactly(
                        "potstill: r1 was deleted while it was waited for, before its end was seen: look in its Events,"
                                + " and raise spec.ttlSecondsAfterFinished if it ended");
    }

    @Test
    void a_run_that_is_not_there_is_not_waited_for() {
        assertThat(town.potstill("wait", "r2")).isEqualTo(64);
    }
}
