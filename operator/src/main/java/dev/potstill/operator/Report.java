package dev.potstill.operator;

import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.operator.Acceptance.Accepted;
import dev.potstill.operator.Acceptance.Rejected;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** A run's status, of what is known about it. */
final class Report {
    private static final String NOT_BUILT =
            "running stages in a cluster is not available yet; run the manifest with ./potstill run";

    /** Characters that the API takes of a condition's message. */
    private static final int LONGEST = 32_768;

    private final RunResource run;
    private final Instant now;

    private Report(RunResource run, Instant now) {
        this.run = run;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
    }

    static DistillationRunStatus on(Acceptance acceptance, RunResource run, Instant now) {
        Report report = new Report(run, now);
        return switch (acceptance) {
            case Accepted _ ->
                report.status(
                        "accepted; " + NOT_BUILT,
                        report.condition("Accepted", Status.True, "Valid", "every field is as the API wants it"),
                        report.condition("Reconciling", Status.False, "NotAvailable", NOT_BUILT),
                        report.condition("Stalled", Status.True, "NotAvailable", NOT_BUILT),
                        report.condition("Ready", Status.False, "NotAvailable", NOT_BUILT));
            case Rejected(String why) ->
                report.status(
                        "rejected; see the condition Accepted",
                        report.condition("Accepted", Status.False, "Rejected", why),
                        report.condition("Reconciling", Status.False, "Rejected", why),
                        report.condition("Stalled", Status.True, "Rejected", why),
                        report.condition("Ready", Status.False, "Rejected", why));
        };
    }

    private DistillationRunStatus status(String summary, Condition... conditions) {
        return new DistillationRunStatus(generation(), null, summary, List.of(conditions), List.of(), List.of());
    }

    private Condition condition(String type, Status status, String reason, String message) {
        String since = before(type)
                .filter(before -> before.status() == status)
                .map(Condition::lastTransitionTime)
                .orElse(now.toString());
        String fitting = message.length() <= LONGEST ? message : message.substring(0, LONGEST - 1) + "…";
        return new Condition(type, status, reason, fitting, since, generation());
    }

    private Optional<Condition> before(String type) {
        return Optional.ofNullable(run.getStatus()).stream()
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    private Long generation() {
        return run.getMetadata().getGeneration();
    }
}
