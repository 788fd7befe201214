package dev.potstill.operator.report;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.State;
import dev.potstill.contract.Problem;
import dev.potstill.operator.observe.Attempt;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.Run.Parsed.Bad;
import dev.potstill.operator.run.RunResource;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A run's status: what the pipeline says of it, and what only a cluster knows. */
public record Report(InstantSource clock, Function<Attempt, Optional<String>> logTail) {
    /** "Unprocessable Entity": a field of an object is not what it must be. */
    private static final int INVALID = 422;

    public DistillationRunStatus of(Run run, Observation seen, Decision decision) {
        var status = Status.of(seen.situation(), decision, stamp(run.resource()));
        var stages = status.stages().stream()
                .map(new StageReport(run, seen, logTail)::of)
                .toList();
        return Fitting.fit(with(status, stages, run, seen));
    }

    /**
     * Of a spec that is not carried out: what was made for the one before it is still there, and still told.
     *
     * @param atWork the stage that still is
     */
    public DistillationRunStatus of(Bad bad, Optional<Stage> atWork) {
        return of(
                bad.resource(),
                bad.why(),
                stage -> stage.state() == State.Running || stage.state() == State.Pending
                        ? stage.withState(atWork.equals(Optional.of(stage.name())) ? State.Running : State.Pending)
                        : stage);
    }

    private DistillationRunStatus of(RunResource resource, Problem problem) {
        return of(resource, problem, UnaryOperator.identity());
    }

    private DistillationRunStatus of(RunResource resource, Problem problem, UnaryOperator<StageStatus> now) {
        var status = Status.of(problem, stamp(resource));
        var before = resource.getStatus();
        return Fitting.fit(
                before == null
                        ? status
                        : new DistillationRunStatus(
                                status.observedGeneration(),
                                before.stage(),
                                status.summary(),
                                status.conditions(),
                                before.stages().stream().map(now).toList(),
                                before.scores(),
                                before.score(),
                                before.startedFrom(),
                                before.trainerImage()));
    }

    /**
     * Of a run that could not be carried on, where that is the user's to know: what the API server refuses is tried again until it does
     * not, and what it takes for invalid, or what the operator will not do, is for the user to mend. That somebody else was quicker, or
     * that the API server is out of breath, passes by itself.
     *
     * @param again how often it was tried again already
     */
    public Optional<DistillationRunStatus> of(RunResource resource, Exception why, int again) {
        if (Run.parse(resource) instanceof Bad(var _, Problem problem)) {
            return Optional.of(of(resource, problem));
        }
        // Metrics, say, wrap what was thrown.
        return Stream.iterate((Throwable) why, Objects::nonNull, Throwable::getCause)
                .flatMap(cause -> switch (cause) {
                    case Problem problem -> Stream.of(of(resource, problem));
                    case KubernetesClientException refused
                    when refused.getStatus() != null && (again >= Refusal.PATIENCE || !Refusal.passes(refused)) ->
                        Stream.of(refused(resource, refused));
                    default -> Stream.empty();
                })
                .findFirst();
    }

    private DistillationRunStatus refused(RunResource resource, KubernetesClientException refused) {
        String why = Objects.requireNonNullElse(refused.getStatus().getMessage(), "the API server gives no reason");
        return refused.getCode() == INVALID
                ? of(resource, Problem.rejected("spec: the cluster takes what this run asks for to be invalid: " + why))
                : Fitting.fit(Refusal.of(resource, stamp(resource), why));
    }

    private Stamp stamp(RunResource resource) {
        return new Stamp(
                Optional.ofNullable(resource.getMetadata().getGeneration()),
                clock.instant(),
                resource.getStatus() == null ? List.of() : resource.getStatus().conditions());
    }

    private static boolean isTold(Run run) {
        return run.before().map(DistillationRunStatus::trainerImage).isPresent();
    }

    /** Whether a trainer has been at work: an image that could not be pulled is not to be kept to. */
    private static boolean hasBegun(List<StageStatus> stages) {
        return stages.stream()
                .anyMatch(stage -> stage.state() == State.Running
                        || stage.output() != null
                        || stage.attempts().failed() + stage.attempts().preempted() > 0);
    }

    private static DistillationRunStatus with(
            DistillationRunStatus status, List<StageStatus> stages, Run run, Observation seen) {
        return new DistillationRunStatus(
                status.observedGeneration(),
                status.stage(),
                status.summary(),
                status.conditions(),
                stages,
                status.scores(),
                status.score(),
                run.from().orElse(null),
                seen.image(run).filter(image -> hasBegun(stages) || isTold(run)).orElse(null));
    }
}
