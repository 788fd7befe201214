package dev.potstill.operator.report;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Scheduling.Gpu;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.Problem;
import dev.potstill.operator.observe.Attempt;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Run;
import dev.potstill.operator.run.RunResource;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Status;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A run's status: what the pipeline says of it, and what only a cluster knows. */
public record Report(InstantSource clock, Function<Attempt, Optional<String>> logTail) {

    public DistillationRunStatus of(Run run, Observation seen, Decision decision) {
        var status = Status.of(seen.situation(), decision, stamp(run.resource()));
        var stages = status.stages().stream()
                .map(stage -> inCluster(stage, run, seen))
                .toList();
        return Fitting.fit(with(status, stages));
    }

    /** Of a spec that is not carried out: what was made for the one before it is still there, and still told. */
    public DistillationRunStatus of(RunResource resource, Problem problem) {
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
                                before.stages(),
                                before.scores()));
    }

    /** Of a run for which the API server refused a write; it is tried again until it does not. */
    public DistillationRunStatus refused(RunResource resource, String why) {
        return Fitting.fit(Refusal.of(resource, stamp(resource), why));
    }

    private Stamp stamp(RunResource resource) {
        return new Stamp(
                Optional.ofNullable(resource.getMetadata().getGeneration()),
                clock.instant(),
                resource.getStatus() == null ? List.of() : resource.getStatus().conditions());
    }

    private StageStatus inCluster(StageStatus stage, Run run, Observation seen) {
        Gpu gpu = run.spec().scheduling().gpu();
        long seconds = seen.seconds(stage.name());
        Optional<Long> gpuSeconds = gpu != null && seconds > 0
                ? Optional.of(seconds * gpu.count())
                : run.before(stage.name()).flatMap(before -> Optional.ofNullable(before.gpuSeconds()));
        return withTail(stage, run, seen).inCluster(seen.settings(stage.name()).orElse(null), gpuSeconds.orElse(null));
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

    private static DistillationRunStatus with(DistillationRunStatus status, List<StageStatus> stages) {
        return new DistillationRunStatus(
                status.observedGeneration(),
                status.stage(),
                status.summary(),
                status.conditions(),
                stages,
                status.scores());
    }
}
