package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.Problem;
import dev.potstill.operator.act.Expiry;
import dev.potstill.operator.run.Run;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Situation;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Standing.Later;
import dev.potstill.pipeline.Status;
import dev.potstill.pipeline.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From when on a finished run's time counts. */
class ExpiryTest {
    private static final Duration KEPT = Duration.ofSeconds(60);
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(3600);
    private static final Verdict FAILED =
            new Verdict.Failed(Stage.Data, new Failure("Rejected", "spec.data: no rows", 65));
    private static final Verdict CANCELLED = new Verdict.Halted(Execution.Cancelled);

    @Test
    void a_run_that_failed_and_is_cancelled_later_is_kept_for_all_of_its_time_from_then_on() {
        var failed = said(FAILED, 1, NOON, List.of());
        assertThat(left(1, failed, FAILED, NOON.plusSeconds(20))).contains(KEPT.minusSeconds(20));
        assertThat(left(2, failed, CANCELLED, LATER)).contains(KEPT);
        var cancelled = said(CANCELLED, 2, LATER, failed.conditions());
        assertThat(left(2, cancelled, CANCELLED, LATER.plusSeconds(20))).contains(KEPT.minusSeconds(20));
    }

    @Test
    void a_run_that_was_not_accepted_and_is_cancelled_later_is_kept_for_all_of_its_time_from_then_on() {
        var bad = Status.of(Problem.rejected("spec: bad"), stamp(1, NOON, List.of()));
        var cancelled = said(CANCELLED, 2, LATER, bad.conditions());
        assertThat(left(2, cancelled, CANCELLED, LATER.plusSeconds(20))).contains(KEPT.minusSeconds(20));
        var failed = said(FAILED, 2, LATER, bad.conditions());
        assertThat(left(2, failed, FAILED, LATER.plusSeconds(20))).contains(KEPT.minusSeconds(20));
    }

    @Test
    void what_is_not_said_yet_of_how_it_ended_does_not_count() {
        var failed = said(FAILED, 2, NOON, List.of());
        assertThat(left(2, failed, CANCELLED, LATER)).contains(KEPT);
    }

    @Test
    void a_run_that_is_to_go_at_once_is_first_said_to_have_finished() {
        var before = new DistillationRunStatus(1L, null, null, List.of(), List.of(), List.of(), null, null, null);
        assertThat(left(1, before, FAILED, NOON, Duration.ZERO))
                .hasValueSatisfying(left -> assertThat(left).isPositive());
        assertThat(left(1, said(FAILED, 1, NOON, List.of()), FAILED, NOON, Duration.ZERO))
                .contains(Duration.ZERO);
    }

    @Test
    void a_time_that_somebody_wrote_by_hand_and_is_none_does_not_count() {
        var said = said(FAILED, 1, NOON, List.of());
        var odd = said.conditions().stream()
                .map(condition -> new Condition(
                        condition.type(), condition.status(), condition.reason(), condition.message(), "noon", 1L))
                .toList();
        var written = new DistillationRunStatus(1L, null, null, odd, List.of(), List.of(), null, null, null);
        assertThat(left(1, written, FAILED, LATER)).contains(KEPT);
    }

    private static Optional<Duration> left(
            long generation, DistillationRunStatus status, Verdict verdict, Instant now) {
        return left(generation, status, verdict, now, KEPT);
    }

    private static Optional<Duration> left(
            long generation, DistillationRunStatus status, Verdict verdict, Instant now, Duration kept) {
        var resource = Town.read("  stages: [Data]\n  ttlSecondsAfterFinished: %d\n".formatted(kept.toSeconds()));
        resource.getMetadata().setGeneration(generation);
        resource.setStatus(status);
        return Expiry.left(((Run.Parsed.Good) Run.parse(resource)).run(), verdict, now);
    }

    private static DistillationRunStatus said(Verdict verdict, long generation, Instant now, List<Condition> before) {
        var plan = new Plan(List.of(new Planned(Stage.Data, new Later())));
        var situation = new Situation(Execution.Running, plan, Map.of(), new Nothing());
        return Status.of(situation, new Finish(verdict), stamp(generation, now, before));
    }

    private static Stamp stamp(long generation, Instant now, List<Condition> before) {
        return new Stamp(Optional.of(generation), now, before);
    }
}
