package dev.potstill.operator.observe;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.TerminationMessage.Broken;
import dev.potstill.pipeline.Outcome;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How an attempt ended: what the trainer said last, or else what the Job controller saw. */
final class Endings {
    private static final Pattern EXIT_CODE = Pattern.compile("failed with exit code (\\d{1,3}) matching");
    /** Of containers that their runtime could not start. */
    private static final Set<String> UNSTARTED = Set.of("StartError", "ContainerCannotRun");

    private static final String DISRUPTED = "has condition DisruptionTarget matching";

    private Endings() {}

    /** Of an attempt whose Job failed. */
    static Outcome outcome(Attempt attempt, JobCondition failed, DistillationRunSpec spec) {
        String seen = Objects.requireNonNullElse(failed.getMessage(), "");
        if (Outcome.DEADLINE_EXCEEDED.equals(failed.getReason())) {
            return new Outcome.Rejected(tooLong(attempt, spec));
        }
        Optional<String> evicted = attempt.pods().evicted();
        if (evicted.isPresent()) {
            return new Outcome.Failed(evicted(attempt, evicted.get()));
        }
        if (seen.contains(DISRUPTED)) {
            return new Outcome.Preempted();
        }
        return attempt.pods()
                .teller()
                .flatMap(pod -> atNode(attempt, pod, spec))
                .<Outcome>map(Outcome.Failed::new)
                .orElseGet(() -> byExitCode(attempt, seen));
    }

    /** What the kubelet says of a pod where its trainer can say nothing. */
    private static Optional<Failure> atNode(Attempt attempt, Pod pod, DistillationRunSpec spec) {
        Optional<ContainerStateTerminated> ended = TrainerPods.ended(pod);
        return ended.filter(state -> UNSTARTED.contains(reason(state)))
                .map(state -> unstarted(attempt, pod, state))
                .or(() -> ended.filter(state -> TrainerPods.OUT_OF_MEMORY.equals(reason(state)))
                        .map(_ -> outOfMemory(attempt, spec)))
                .or(() -> Refused.words(pod).map(why -> refused(attempt, pod, why)));
    }

    /** Not the run's fault: a pod that went without a trace, with its node say, or was deleted with no time to end. */
    private static Outcome byExitCode(Attempt attempt, String seen) {
        return attempt.pods()
                .ended()
                .map(ContainerStateTerminated::getExitCode)
                // Where others are done, the one that failed is gone.
                .filter(code -> code != ExitCode.DONE.code())
                .or(() -> exitCode(seen))
                .filter(code ->
                        code != ExitCode.KILLED.code() || !attempt.pods().isKilledPodDeleted())
                .map(code -> Outcome.of(code, failure(attempt, code)))
                .orElseGet(Outcome.Preempted::new);
    }

    private static String reason(ContainerStateTerminated ended) {
        return Objects.requireNonNullElse(ended.getReason(), "");
    }

    private static Optional<Integer> exitCode(String seen) {
        var matcher = EXIT_CODE.matcher(seen);
        return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
    }

    private static Failure failure(Attempt attempt, int exitCode) {
        return attempt.pods()
                .said()
                .flatMap(message -> message instanceof Broken broken ? Optional.of(broken.failure()) : Optional.empty())
                .orElseGet(() -> unsaid(attempt, exitCode));
    }

    private static Failure unsaid(Attempt attempt, int exitCode) {
        ExitCode code = ExitCode.of(exitCode);
        String job = attempt.job().getMetadata().getName();
        String message = switch (code) {
            case KILLED -> "The trainer was killed, as happens when its node runs out of memory";
            case CRASHED ->
                "The trainer crashed by signal %d; see the log of the job %s"
                        .formatted(exitCode - ExitCode.SIGNALLED, job);
            default ->
                "The trainer ended with %d without saying why; see the log of the job %s".formatted(exitCode, job);
        };
        return new Failure(code.reason(), message, exitCode);
    }

    /** A node that runs short because of this very trainer would do so again and again. */
    private static Failure evicted(Attempt attempt, String why) {
        String advice = why.contains("low on resource: ephemeral-storage")
                ? "keep the run off nodes whose own disk is short, by spec.scheduling.nodeSelector"
                : "ask for what it takes in spec.scheduling.resources";
        return new Failure(
                "Evicted", "%s was evicted by its node: %s; %s".formatted(attempt.stage(), why, advice), null);
    }

    private static Failure refused(Attempt attempt, Pod pod, String why) {
        String message = "%s's pod was refused by %s: %s; mend the node, or keep the run off it by"
                + " spec.scheduling.nodeSelector";
        return new Failure("RefusedByNode", message.formatted(attempt.stage(), TrainerPods.node(pod), why), null);
    }

    /** The exit code is not the trainer's. */
    private static Failure unstarted(Attempt attempt, Pod pod, ContainerStateTerminated ended) {
        String message = "%s's container could not be started on %s: %s; mend the node, or keep the run off it by"
                + " spec.scheduling.nodeSelector";
        String why = Objects.requireNonNullElse(ended.getMessage(), "the kubelet gives no reason")
                .strip();
        return new Failure(reason(ended), message.formatted(attempt.stage(), TrainerPods.node(pod), why), null);
    }

    private static Failure outOfMemory(Attempt attempt, DistillationRunSpec spec) {
        var resources = spec.scheduling().resources();
        String limit = resources == null ? null : resources.memory();
        String message = "%s took more memory than %s: raise spec.scheduling.resources.memory, or lower"
                + " spec.training.batchSize (now %d) or spec.training.maxLength (now %d)";
        return new Failure(
                "OOMKilled",
                message.formatted(
                        attempt.stage(),
                        limit == null ? "its node has" : "its limit of " + limit,
                        spec.training().batchSize(),
                        spec.training().maxLength()),
                ExitCode.KILLED.code());
    }

    private static Failure tooLong(Attempt attempt, DistillationRunSpec spec) {
        String message = "%s has taken longer than spec.activeDeadlineSeconds, %s; raise it, and the stage goes on from"
                + " its last checkpoint";
        return new Failure(
                Outcome.DEADLINE_EXCEEDED, message.formatted(attempt.stage(), spec.activeDeadlineSeconds()), null);
    }
}
