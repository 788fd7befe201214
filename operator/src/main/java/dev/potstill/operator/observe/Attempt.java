package dev.potstill.operator.observe;

import dev.potstill.api.Stage;
import dev.potstill.operator.run.Names;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One attempt at a stage, as the cluster tells it: a Job, and its pod while there is one. */
public record Attempt(Job job, Optional<Pod> pod) {
    private static final Set<String> TERMINAL = Set.of("Succeeded", "Failed");
    /** A pod that has not been seen for so long is gone. */
    private static final Duration LATE = Duration.ofSeconds(10);

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
                && pod.map(found -> found.getStatus() == null
                                || !TERMINAL.contains(
                                        String.valueOf(found.getStatus().getPhase())))
                        .orElseGet(() -> endedAt().plus(LATE).isAfter(now));
    }

    private Optional<JobCondition> condition(String type) {
        return job.getStatus() == null
                ? Optional.empty()
                : job.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals(type)
                                && condition.getStatus().equals("True"))
                        .findFirst();
    }

    /** Whether the trainer has been started. */
    public boolean hasBegun() {
        return pod.map(Pod::getStatus)
                .map(PodStatus::getPhase)
                .filter(phase -> !phase.equals("Pending"))
                .isPresent();
    }

    /** Whether the trainer has been started, and has not ended. */
    public boolean isWorking() {
        return pod.filter(found -> found.getStatus() != null
                        && "Running".equals(found.getStatus().getPhase()))
                .isPresent();
    }

    Optional<ContainerStatus> trainer() {
        return pod.stream()
                .filter(found -> found.getStatus() != null)
                .flatMap(found -> found.getStatus().getContainerStatuses().stream())
                .filter(status -> status.getName().equals(Names.TRAINER))
                .findFirst();
    }

    Optional<ContainerStateTerminated> ended() {
        return trainer().map(ContainerStatus::getState).flatMap(state -> Optional.ofNullable(state.getTerminated()));
    }

    /** When the Job was seen to have ended. */
    Instant endedAt() {
        Optional<String> failed = failure().map(JobCondition::getLastTransitionTime);
        String completed = job.getStatus() == null ? null : job.getStatus().getCompletionTime();
        return failed.or(() -> Optional.ofNullable(completed))
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
    }

    /** Seconds that the trainer worked; where its pod is gone, that its Job did. 0 while it does. */
    long seconds() {
        if (!hasEnded()) {
            return 0;
        }
        String jobStarted = job.getStatus().getStartTime();
        return ended().map(state -> between(state.getStartedAt(), state.getFinishedAt()))
                .orElseGet(() -> between(jobStarted, endedAt().toString()));
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
