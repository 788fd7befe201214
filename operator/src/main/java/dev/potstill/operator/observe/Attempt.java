package dev.potstill.operator.observe;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.TerminationMessage.Broken;
import dev.potstill.contract.TerminationMessage.Finished;
import dev.potstill.operator.run.Names;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a stage, as the cluster tells it: a Job, and its pods while there are any.
 *
 * @param pods one, or one for each share of the stage, in the order of the shares
 */
public record Attempt(Job job, List<Pod> pods) {
    private static final Set<String> TERMINAL = Set.of("Succeeded", "Failed");
    /** A pod that has not been seen for so long is gone. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private static final String PENDING = "Pending";

    public Attempt {
        pods = List.copyOf(pods);
    }

    public Stage stage() {
        return Stage.valueOf(label(Names.STAGE));
    }

    public int number() {
        return Integer.parseInt(label(Names.ATTEMPT));
    }

    String settings() {
        return label(Names.SETTINGS);
    }

    String placement() {
        return label(Names.PLACEMENT);
    }

    Earlier earlier() {
        var annotations = job.getMetadata().getAnnotations();
        return Earlier.parse(annotations == null ? null : annotations.get(Names.EARLIER));
    }

    /** The trainer it was started with. */
    public Optional<String> image() {
        return job.getSpec().getTemplate().getSpec().getContainers().stream()
                .map(container -> container.getImage())
                .findFirst();
    }

    boolean isBeingDeleted() {
        return job.getMetadata().getDeletionTimestamp() != null;
    }

    boolean isHeld() {
        return Boolean.TRUE.equals(job.getSpec().getSuspend());
    }

    boolean isComplete() {
        return condition("Complete").isPresent();
    }

    /** Why it failed for good, as the Job controller tells it; that stays when the pod is gone. */
    Optional<JobCondition> failure() {
        return condition("Failed");
    }

    boolean hasEnded() {
        return isComplete() || failure().isPresent();
    }

    /** Its Job has ended, and what its pod said is on the way: Jobs and pods are watched each for themselves. */
    boolean isUntold(Instant now) {
        return hasEnded()
                && (pods.isEmpty()
                        ? endedAt().plus(LATE).isAfter(now)
                        : pods.stream().anyMatch(pod -> !TERMINAL.contains(phase(pod))));
    }

    private Optional<JobCondition> condition(String type) {
        return job.getStatus() == null
                ? Optional.empty()
                : job.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals(type)
                                && condition.getStatus().equals("True"))
                        .findFirst();
    }

    /** Whether a trainer has been started. */
    public boolean hasBegun() {
        return pods.stream().map(Attempt::phase).anyMatch(phase -> !phase.equals(PENDING));
    }

    /** Whether a trainer has been started, and has not ended. */
    public boolean isWorking() {
        return working().isPresent();
    }

    /** A Job keeps pods that have failed: where none is left that was killed, it was deleted. */
    boolean isKilledPodDeleted() {
        return pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .flatMap(pod -> ended(pod).stream())
                .noneMatch(state -> state.getExitCode() == ExitCode.KILLED.code());
    }

    Optional<Pod> working() {
        return pods.stream().filter(pod -> phase(pod).equals("Running")).findFirst();
    }

    static String phase(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return phase == null ? PENDING : phase;
    }

    /** The one that tells how the attempt ended: of several, not one that was stopped because another had failed. */
    public Optional<Pod> teller() {
        return pods.stream().min(Comparator.comparing(Attempt::weight));
    }

    private static int weight(Pod pod) {
        return ended(pod)
                .map(ContainerStateTerminated::getExitCode)
                .map(code -> code == ExitCode.DONE.code() ? 2 : code == ExitCode.STOPPED.code() ? 1 : 0)
                .orElse(3);
    }

    static Optional<ContainerStatus> trainer(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(status -> status.getContainerStatuses().stream())
                .filter(status -> status.getName().equals(Names.TRAINER))
                .findFirst();
    }

    Optional<ContainerStateTerminated> ended() {
        return teller().flatMap(Attempt::ended);
    }

    private static Optional<ContainerStateTerminated> ended(Pod pod) {
        return trainer(pod).map(ContainerStatus::getState).flatMap(state -> Optional.ofNullable(state.getTerminated()));
    }

    /** What the trainer said last that tells how the attempt ended, while its pod is there. */
    Optional<TerminationMessage> said() {
        return ended().flatMap(Attempt::said);
    }

    private static Optional<TerminationMessage> said(ContainerStateTerminated ended) {
        return Optional.ofNullable(ended.getMessage()).flatMap(TerminationMessage::parse);
    }

    /** The stage's report: of trainers that share it, one has it. */
    Optional<Finished> finished() {
        return pods.stream()
                .flatMap(pod -> ended(pod).stream())
                .flatMap(ended -> said(ended).stream())
                .flatMap(message -> message instanceof Finished made ? Stream.of(made) : Stream.empty())
                .findFirst();
    }

    /** How long a stop takes at most, as it was measured by one that was stopped. */
    public Optional<Long> stopSeconds() {
        return said().flatMap(message -> message instanceof Broken broken ? broken.stopSeconds() : Optional.empty());
    }

    /** When the Job was seen to have ended. */
    Instant endedAt() {
        Optional<String> failed = failure().map(JobCondition::getLastTransitionTime);
        String completed = job.getStatus() == null ? null : job.getStatus().getCompletionTime();
        return failed.or(() -> Optional.ofNullable(completed))
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
    }

    /** Seconds that its trainers worked, all together; where the pods are gone, that its Job did. 0 while they do. */
    long seconds() {
        if (!hasEnded()) {
            return 0;
        }
        List<ContainerStateTerminated> ended =
                pods.stream().flatMap(pod -> ended(pod).stream()).toList();
        String jobStarted = job.getStatus().getStartTime();
        return ended.isEmpty()
                ? shards() * between(jobStarted, endedAt().toString())
                : ended.stream()
                        .mapToLong(state -> between(state.getStartedAt(), state.getFinishedAt()))
                        .sum();
    }

    private int shards() {
        return Objects.requireNonNullElse(job.getSpec().getCompletions(), 1);
    }

    private static long between(@Nullable String from, @Nullable String to) {
        return Stream.of(from, to).anyMatch(Objects::isNull)
                ? 0
                : Math.max(
                        0,
                        Duration.between(Instant.parse(from), Instant.parse(to)).toSeconds());
    }

    private String label(String name) {
        return Objects.requireNonNullElse(job.getMetadata().getLabels().get(name), "");
    }
}
