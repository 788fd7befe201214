package dev.potstill.operator.report;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Scheduling.Gpu;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.api.StageStatus.State;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Progress;
import dev.potstill.operator.observe.Attempt;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.Run.Parsed.Bad;
import dev.potstill.operator.run.RunResource;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A run's status: what the pipeline says of it, and what only a cluster knows. */
public record Report(InstantSource clock, Function<Attempt, Optional<String>> logTail) {
    /** "Unprocessable Entity": a field of an object is not what it must be. */
    private static final int INVALID = 422;
    /** "Too Many Requests". */
    private static final int BUSY = 429;
    /** So many tries later, what passes by itself has not passed, and is told. */
    private static final int PATIENCE = 3;

    public DistillationRunStatus of(Run run, Observation seen, Decision decision) {
        var status = Status.of(seen.situation(), decision, stamp(run.resource()));
        var stages = status.stages().stream()
                .map(stage -> inCluster(stage, run, seen))
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
                    when refused.getStatus() != null && (again >= PATIENCE || !passes(refused)) ->
                        Stream.of(refused(resource, refused));
                    default -> Stream.empty();
                })
                .findFirst();
    }

    private static boolean passes(KubernetesClientException refused) {
        int code = refused.getCode();
        return code == HttpURLConnection.HTTP_CONFLICT || code == BUSY || code >= HttpURLConnection.HTTP_INTERNAL_ERROR;
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

    private StageStatus inCluster(StageStatus stage, Run run, Observation seen) {
        Optional<String> settings = seen.settings(stage.name());
        Optional<StageStatus> reported = run.before(stage.name());
        // Of other settings, what was reported does not hold any more.
        Optional<StageStatus> before =
                reported.filter(known -> settings.equals(Optional.ofNullable(known.settingsDigest())));
        return withTail(stage, run, seen)
                .inCluster(
                        settings.orElse(null),
                        gpuSeconds(stage, run, seen, before).orElse(null),
                        checkpointStep(stage, seen, before).orElse(null),
                        stopSeconds(stage, seen, reported).orElse(null),
                        placement(stage, seen, before).orElse(null),
                        forgiven(stage, seen));
    }

    /** Of a stage that failed: Jobs may be deleted, and it is still to be known whether the run was changed since. */
    private static Optional<String> placement(StageStatus stage, Observation seen, Optional<StageStatus> before) {
        return seen.settings(stage.name())
                .filter(settings -> stage.attempts().failed() > 0)
                .flatMap(settings -> seen.journal().placement(stage.name(), settings))
                .or(() -> before.flatMap(reported -> Optional.ofNullable(reported.placementDigest())));
    }

    private static @Nullable Integer forgiven(StageStatus stage, Observation seen) {
        int forgiven = seen.situation().tries(stage.name()).forgiven();
        return forgiven == 0 ? null : forgiven;
    }

    /** Once told of so many attempts it stays: when pods are gone, no more is known than was then. */
    private static Optional<Long> gpuSeconds(
            StageStatus stage, Run run, Observation seen, Optional<StageStatus> before) {
        Gpu gpu = run.spec().scheduling().gpu();
        long seconds = seen.seconds(stage.name());
        return before.filter(
                        reported -> reported.attempts().equals(stage.attempts()) && reported.state() == stage.state())
                .flatMap(reported -> Optional.ofNullable(reported.gpuSeconds()))
                .or(() -> gpu == null || seconds == 0 ? Optional.empty() : Optional.of(seconds * gpu.count()));
    }

    /** The newest that was heard of; a finished stage has none. */
    private static Optional<Integer> checkpointStep(StageStatus stage, Observation seen, Optional<StageStatus> before) {
        if (stage.output() != null) {
            return Optional.empty();
        }
        Optional<Integer> heard = heard(stage, seen)
                .flatMap(now -> Optional.ofNullable(now.checkpointStep()))
                .map(Math::toIntExact);
        return heard.or(() -> before.flatMap(reported -> Optional.ofNullable(reported.lastCheckpointStep())));
    }

    /** The most that was ever told, also of other settings: by the pod at work, or by one that was stopped. */
    private static Optional<Long> stopSeconds(StageStatus stage, Observation seen, Optional<StageStatus> before) {
        Optional<Long> told = heard(stage, seen)
                .flatMap(now -> Optional.ofNullable(now.stopSeconds()))
                .or(() -> seen.journal().newest(stage.name()).flatMap(Attempt::stopSeconds));
        Optional<Long> known = before.flatMap(reported -> Optional.ofNullable(reported.stopSeconds()));
        return Stream.of(told, known).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    /** What the stage's pod at work answers. */
    private static Optional<Progress> heard(StageStatus stage, Observation seen) {
        return seen.situation().seen() instanceof Active(var active, var progress) && active == stage.name()
                ? progress
                : Optional.empty();
    }

    /** The log's end is read once, when a failure is first told of. */
    private StageStatus withTail(StageStatus stage, Run run, Observation seen) {
        Failure failure = stage.lastFailure();
        int failedBefore = run.before(stage.name())
                .map(before -> before.attempts().failed())
                .orElse(0);
        if (failure == null || failure.logTail() != null || stage.attempts().failed() <= failedBefore) {
            return stage;
        }
        return seen.journal()
                .newest(stage.name())
                .flatMap(logTail)
                .map(tail ->
                        stage.withFailure(new Failure(failure.reason(), failure.message(), failure.exitCode(), tail)))
                .orElse(stage);
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
