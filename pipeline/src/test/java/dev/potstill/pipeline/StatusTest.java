package dev.potstill.pipeline;

import static dev.potstill.pipeline.World.failure;
import static dev.potstill.pipeline.World.finished;
import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Execution;
import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Output;
import dev.potstill.api.StageStatus.State;
import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Progress;
import dev.potstill.contract.StageReport;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Ended;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.Later;
import dev.potstill.pipeline.Standing.ToRun;
import dev.potstill.pipeline.World.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatusTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Decide DECIDE = new Decide(Retries.STANDARD);
    private static final Plan DATA_MADE = new Plan(List.of(
            new Planned(Stage.Data, finished(Stage.Data)),
            new Planned(Stage.Feature, new ToRun("f", OptionalInt.of(40))),
            new Planned(Stage.Evaluation, new Later())));

    private static DistillationRunStatus status(Situation now) {
        return Status.of(now, DECIDE.next(now), new Stamp(Optional.of(4L), NOON, List.of()));
    }

    private static Situation running(Observed seen, Tries feature) {
        return new Situation(Execution.Running, DATA_MADE, Map.of(Stage.Feature, feature), seen);
    }

    private static Condition condition(DistillationRunStatus status, String type) {
        return status.conditions().stream()
                .filter(each -> each.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    /** As sigs.k8s.io/cli-utils/pkg/kstatus reads the conditions of a resource it has no rules of its own for. */
    private static String kstatus(DistillationRunStatus status) {
        if (condition(status, "Reconciling").status() == Condition.Status.True) {
            return "InProgress";
        }
        if (condition(status, "Stalled").status() == Condition.Status.True) {
            return "Failed";
        }
        return condition(status, "Ready").status() == Condition.Status.True ? "Current" : "InProgress";
    }

    @Test
    void a_stage_at_work_tells_how_far_it_is() {
        var progress = new Progress(Stage.Feature, "training", 43, 100, 1200, Map.of("mse", 0.5, "loss", 1.9), 7800L);
        var status = status(running(new Active(Stage.Feature, Optional.of(progress)), Tries.NONE));

        assertThat(status.summary()).isEqualTo("43% · 1.900 loss · ETA 2h10m");
        assertThat(status.stage()).isEqualTo(Stage.Feature);
        assertThat(status.observedGeneration()).isEqualTo(4);
        assertThat(status.stages())
                .extracting(StageStatus::state)
                .containsExactly(State.Succeeded, State.Running, State.Pending);
        assertThat(status.stages().get(1).lastCheckpointStep()).isEqualTo(40);
        assertThat(kstatus(status)).isEqualTo("InProgress");
    }

    @Test
    void a_failure_for_good_names_its_stage_reason_and_message() {
        var tries = new Tries(1, 2, Optional.of(failure(65)));
        var status = status(running(new Ended(Stage.Feature, new Outcome.Rejected(failure(65)), Duration.ZERO), tries));

        assertThat(kstatus(status)).isEqualTo("Failed");
        assertThat(condition(status, "Succeeded").status()).isEqualTo(Condition.Status.False);
        assertThat(condition(status, "Stalled").reason()).isEqualTo("Reason");
        assertThat(condition(status, "Stalled").message()).isEqualTo("Feature failed: what was found");
        StageStatus feature = status.stages().get(1);
        assertThat(feature.state()).isEqualTo(State.Failed);
        assertThat(feature.attempts()).isEqualTo(new StageStatus.Attempts(1, 2));
        assertThat(status.attempts()).as("of all stages").isEqualTo(new StageStatus.Attempts(1, 2));
        assertThat(feature.lastFailure()).isEqualTo(failure(65));
    }

    @Test
    void a_failure_that_may_pass_is_still_in_progress() {
        var tries = new Tries(1, 0, Optional.of(failure(74)));
        var status = status(running(new Ended(Stage.Feature, new Outcome.Failed(failure(74)), Duration.ZERO), tries));

        assertThat(kstatus(status)).isEqualTo("InProgress");
        assertThat(status.summary()).contains("tried again");
    }

    @Test
    void a_paused_run_is_neither_at_work_nor_failed() {
        var status = status(new Situation(Execution.Paused, DATA_MADE, Map.of(), new Nothing()));

        assertThat(condition(status, "Reconciling").status()).isEqualTo(Condition.Status.False);
        assertThat(condition(status, "Stalled").status()).isEqualTo(Condition.Status.False);
        assertThat(condition(status, "Succeeded").status()).isEqualTo(Condition.Status.Unknown);
        assertThat(status.summary()).isEqualTo("Paused before Feature is done");
    }

    private static DistillationRunStatus evaluated(Score.@Nullable Verdict verdict) {
        var score = new Score(Suite.GSM8K, "Response", "81.2", "%", "89.9", "12.0", 300, verdict);
        var report = new StageReport(Stage.Evaluation, "i", "o", 70, Map.of(), Map.of(), List.of(score), Map.of());
        var plan = new Plan(List.of(new Planned(Stage.Evaluation, new Finished(new Output("p", "o"), report, true))));
        return status(new Situation(Execution.Running, plan, Map.of(), new Nothing()));
    }

    @Test
    void a_missed_gate_is_said_beside_a_run_that_succeeded() {
        var status = evaluated(Score.Verdict.Fail);

        assertThat(kstatus(status)).isEqualTo("Current");
        assertThat(condition(status, "Succeeded").status()).isEqualTo(Condition.Status.True);
        assertThat(condition(status, "GatesPassed").status()).isEqualTo(Condition.Status.False);
        assertThat(condition(status, "GatesPassed").message()).contains("GSM8K of Response: 81.2%");
        assertThat(status.summary()).isEqualTo("GSM8K 81.2% · 1m10s");
        assertThat(status.score()).isEqualTo("GSM8K 81.2% (teacher 89.9%)");
        assertThat(status.stages().getFirst().state()).isEqualTo(State.Reused);
        assertThat(status.stage()).as("the last one").isEqualTo(Stage.Evaluation);
    }

    @Test
    void gates_that_hold_pass_and_so_does_a_run_without_any() {
        assertThat(condition(evaluated(Score.Verdict.Pass), "GatesPassed").reason())
                .isEqualTo("Passed");
        assertThat(condition(evaluated(null), "GatesPassed").reason()).isEqualTo("NoGates");
    }

    @Test
    void a_manifest_that_is_not_accepted_is_stalled() {
        var status = Status.of(Problem.rejected("spec.student: missing"), new Stamp(Optional.empty(), NOON, List.of()));

        assertThat(kstatus(status)).isEqualTo("Failed");
        assertThat(condition(status, "Accepted").message()).isEqualTo("spec.student: missing");
    }

    @Test
    void a_condition_keeps_its_time_until_its_status_changes() {
        var first = status(running(new Nothing(), Tries.NONE));
        var later = new Stamp(Optional.of(4L), NOON.plusSeconds(60), first.conditions());
        Situation ended = running(
                new Ended(Stage.Feature, new Outcome.Rejected(failure(65)), Duration.ZERO),
                new Tries(1, 0, Optional.of(failure(65))));
        var second = Status.of(ended, DECIDE.next(ended), later);

        assertThat(condition(second, "Accepted").lastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(condition(second, "Stalled").lastTransitionTime()).isEqualTo("2026-01-01T12:01:00Z");
    }

    @ParameterizedTest
    @MethodSource("dev.potstill.pipeline.Scripts#random")
    void every_step_of_every_run_says_all_six_and_never_that_it_is_both_at_work_and_stalled(
            Set<Stage> stages, List<Event> script) {
        var world = new World(new TreeSet<>(stages), script);
        for (int i = 0; i < 60; i++) {
            Situation now = world.situation();
            boolean over = world.step() instanceof Decision.Finish;
            var status = status(now);

            assertThat(status.conditions())
                    .extracting(Condition::type)
                    .containsExactly("Accepted", "Reconciling", "Stalled", "Ready", "GatesPassed", "Succeeded");
            boolean atWork = condition(status, "Reconciling").status() == Condition.Status.True;
            assertThat(atWork).isEqualTo(!over);
            assertThat(atWork && condition(status, "Stalled").status() == Condition.Status.True)
                    .isFalse();
        }
    }
}
