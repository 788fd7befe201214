package dev.potstill.pipeline;

import static dev.potstill.pipeline.World.failure;
import static dev.potstill.pipeline.World.finished;
import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Ended;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Later;
import dev.potstill.pipeline.Standing.ToRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecideTest {
    private static final Plan DATA_MADE = new Plan(List.of(
            new Planned(Stage.Data, finished(Stage.Data)),
            new Planned(Stage.Feature, new ToRun("f", OptionalInt.of(40))),
            new Planned(Stage.Response, new Later())));

    private final Decide decide = new Decide(Retries.STANDARD);

    private Decision next(Observed seen, Tries feature) {
        return decide.next(new Situation(Execution.Running, DATA_MADE, Map.of(Stage.Feature, feature), seen));
    }

    private static Observed ended(int exitCode, Duration ago) {
        return new Ended(Stage.Feature, Outcome.of(exitCode, failure(exitCode)), ago);
    }

    private static Tries failed(int times, int exitCode) {
        return new Tries(times, 0, Optional.of(failure(exitCode)));
    }

    @Test
    void the_first_stage_that_is_not_done_starts() {
        assertThat(next(new Nothing(), Tries.NONE)).isEqualTo(new Start(Stage.Feature, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {75, 143})
    void a_stop_at_a_checkpoint_is_gone_on_from_at_once_however_often(int exitCode) {
        assertThat(next(ended(exitCode, Duration.ZERO), new Tries(0, 1000, Optional.empty())))
                .isEqualTo(new Start(Stage.Feature, 1000));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 70, 78})
    void what_trying_again_cannot_mend_ends_the_run(int exitCode) {
        assertThat(next(ended(exitCode, Duration.ZERO), failed(1, exitCode)))
                .isEqualTo(new Finish(new Verdict.Failed(Stage.Feature, failure(exitCode))));
    }

    @Test
    void a_disk_that_may_only_be_read_ends_the_run_and_a_full_one_may_have_space_later() {
        var readOnly = new Failure("StorageError", "/w/partial/x: Read-only file system. Check the rights", 74);
        assertThat(Outcome.of(74, readOnly)).isEqualTo(new Outcome.Rejected(readOnly));
        var full = new Failure("StorageError", "/w/partial/x: No space left on device. Check the rights", 74);
        assertThat(Outcome.of(74, full)).isEqualTo(new Outcome.Failed(full));
    }

    @ParameterizedTest
    @ValueSource(ints = {69, 74, 134, 137, 139})
    void what_may_pass_is_tried_three_times_each_after_a_longer_pause(int exitCode) {
        assertThat(next(ended(exitCode, Duration.ZERO), failed(1, exitCode)))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.atMost()).isEqualTo(Duration.ofSeconds(5)));
        assertThat(next(ended(exitCode, Duration.ofSeconds(3)), failed(2, exitCode)))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.atMost()).isEqualTo(Duration.ofSeconds(7)));
        assertThat(next(ended(exitCode, Duration.ofSeconds(10)), failed(2, exitCode)))
                .isEqualTo(new Start(Stage.Feature, 2));
        assertThat(next(ended(exitCode, Duration.ZERO), failed(3, exitCode)))
                .isEqualTo(new Finish(new Verdict.Failed(Stage.Feature, failure(exitCode))));
    }

    @Test
    void pauses_grow_to_five_minutes_and_no_further() {
        assertThat(Retries.STANDARD.backOff(4)).isEqualTo(Duration.ofSeconds(40));
        assertThat(Retries.STANDARD.backOff(1000)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void a_stage_at_work_is_stopped_when_the_user_wants_the_run_to_pause() {
        var now = new Situation(Execution.Paused, DATA_MADE, Map.of(), new Active(Stage.Feature, Optional.empty()));

        assertThat(decide.next(now)).isEqualTo(new Stop(Stage.Feature, Execution.Paused));
    }

    @Test
    void a_stage_that_waits_for_a_node_is_waited_for_and_given_up_when_the_run_is_to_pause() {
        var waiting = new Observed.Waiting(Stage.Feature, "Unschedulable", "no node has room");

        assertThat(next(waiting, Tries.NONE)).isEqualTo(new Wait("no node has room", Duration.ofSeconds(10)));
        assertThat(decide.next(new Situation(Execution.Cancelled, DATA_MADE, Map.of(), waiting)))
                .isEqualTo(new Stop(Stage.Feature, Execution.Cancelled));
    }

    @Test
    void a_stage_at_work_on_settings_that_have_changed_is_stopped() {
        assertThat(next(new Observed.Outdated(Stage.Feature), Tries.NONE))
                .isEqualTo(new Stop(Stage.Feature, Execution.Running));
    }

    @Test
    void a_trainer_that_ends_well_without_an_output_is_a_defect_and_not_started_again() {
        assertThat(next(ended(0, Duration.ZERO), Tries.NONE))
                .isInstanceOfSatisfying(
                        Finish.class,
                        finish -> assertThat(finish.verdict())
                                .isInstanceOfSatisfying(
                                        Verdict.Failed.class,
                                        failed -> assertThat(failed.failure().exitCode())
                                                .isEqualTo(70)));
    }
}
