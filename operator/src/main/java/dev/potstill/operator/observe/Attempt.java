package dev.potstill.operator.observe;

import dev.potstill.api.Stage;
import dev.potstill.contract.TerminationMessage.Broken;
import dev.potstill.operator.run.Names;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** One attempt at a stage, as the cluster tells it: a Job, and its pods while there are any. */
public record Attempt(Job job, TrainerPods pods) {
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
        return Earlier.parse(annotation(Names.EARLIER).orElse(null));
    }

    /** The trainer that was asked for; on its way to the cluster others may have put one of theirs in its place. */
    Optional<String> imageAsked() {
        return annotation(Names.IMAGE).or(this::image);
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

    /** Its Job knows of a pod that is not to be seen: it has just come, or has gone, and the Job is about to say how that ended. */
    boolean isPodOutOfSight() {
        return pods.all().isEmpty() && !isHeld() && (countsPods() || isAboutToEnd());
    }

    /** No trainer of it is at work, and some have yet to be: where several share the stage, others may be done. */
    public boolean isWaiting() {
        boolean missing = pods.all().size() < shards() && !isAboutToEnd();
        return pods.areIdle() && (missing || !pods.pending().isEmpty());
    }

    private boolean countsPods() {
        return Stream.ofNullable(job.getStatus())
                .flatMap(status -> Stream.of(
                        status.getActive(), status.getTerminating(), status.getFailed(), status.getSucceeded()))
                .anyMatch(count -> count != null && count > 0);
    }

    private boolean isAboutToEnd() {
        return Stream.of("FailureTarget", "SuccessCriteriaMet")
                .anyMatch(type -> condition(type).isPresent());
    }

    /** Its Job has ended, and what its pod said is on the way: Jobs and pods are watched each for themselves. */
    boolean isUntold(Instant now) {
        return hasEnded() && (pods.all().isEmpty() ? endedAt().plus(LATE).isAfter(now) : !pods.areOver());
    }

    private Optional<JobCondition> condition(String type) {
        return job.getStatus() == null
                ? Optional.empty()
                : job.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals(type)
                                && condition.getStatus().equals("True"))
                        .findFirst();
    }

    /** How long a stop takes at most, as it was measured by one that was stopped. */
    public Optional<Long> stopSeconds() {
        return pods.said()
                .flatMap(message -> message instanceof Broken broken ? broken.stopSeconds() : Optional.empty());
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
        String started = job.getStatus().getStartTime();
        return pods.seconds()
                .orElseGet(
                        () -> shards() * TrainerPods.between(started, endedAt().toString()));
    }

    int shards() {
        return Objects.requireNonNullElse(job.getSpec().getCompletions(), 1);
    }

    private Optional<String> annotation(String name) {
        return Optional.ofNullable(job.getMetadata().getAnnotations()).map(all -> all.get(name));
    }

    private String label(String name) {
        return Objects.requireNonNullElse(job.getMetadata().getLabels().get(name), "");
    }
}
