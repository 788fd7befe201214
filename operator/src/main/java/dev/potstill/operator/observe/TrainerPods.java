package dev.potstill.operator.observe;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.TerminationMessage.Finished;
import dev.potstill.operator.run.Names;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
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
 * The pods of an attempt.
 *
 * @param all one, or one for each share of the stage, in the order of the shares; of those that are gone nothing is known
 */
public record TrainerPods(List<Pod> all) {
    static final String OUT_OF_MEMORY = "OOMKilled";
    private static final String PENDING = "Pending";
    private static final String SUCCEEDED = "Succeeded";
    private static final Set<String> TERMINAL = Set.of(SUCCEEDED, "Failed");

    public TrainerPods {
        all = List.copyOf(all);
    }

    /** Those whose trainer has not been started. */
    List<Pod> pending() {
        return all.stream().filter(pod -> phase(pod).equals(PENDING)).toList();
    }

    /** Whether none is at work and none has failed: each has not been started, or is done. */
    boolean areIdle() {
        return all.stream().map(TrainerPods::phase).allMatch(phase -> phase.equals(PENDING) || phase.equals(SUCCEEDED));
    }

    /** Whether a trainer has been started, and has not ended. */
    public boolean isWorking() {
        return working().isPresent();
    }

    /** A Job keeps pods that have failed: where none is left that was killed, it was deleted. */
    boolean isKilledPodDeleted() {
        return all.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .flatMap(pod -> ended(pod).stream())
                .noneMatch(state -> state.getExitCode() == ExitCode.KILLED.code());
    }

    Optional<Pod> working() {
        return all.stream().filter(TrainerPods::isAtWork).findFirst();
    }

    static boolean isAtWork(Pod pod) {
        return phase(pod).equals("Running");
    }

    static String phase(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return phase == null ? PENDING : phase;
    }

    /** The one that tells how the attempt ended: of several, not one that was stopped because another had failed. */
    public Optional<Pod> teller() {
        return all.stream().min(Comparator.comparing(TrainerPods::weight));
    }

    private static int weight(Pod pod) {
        return ended(pod).map(TrainerPods::weight).orElse(Refused.words(pod).isPresent() ? 2 : 6);
    }

    /** One that is killed may only have taken longer to stop than it had, but for a lack of memory. */
    private static int weight(ContainerStateTerminated ended) {
        return switch (ExitCode.of(ended.getExitCode())) {
            case DONE -> 5;
            case STOPPED -> 4;
            case KILLED -> OUT_OF_MEMORY.equals(ended.getReason()) ? 1 : 3;
            default -> 0;
        };
    }

    static String node(Pod pod) {
        String name = pod.getSpec().getNodeName();
        return name == null ? "its node" : "the node " + name;
    }

    static Optional<ContainerStatus> trainer(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(status -> status.getContainerStatuses().stream())
                .filter(status -> status.getName().equals(Names.TRAINER))
                .findFirst();
    }

    Optional<ContainerStateTerminated> ended() {
        return teller().flatMap(TrainerPods::ended);
    }

    static Optional<ContainerStateTerminated> ended(Pod pod) {
        return trainer(pod).map(ContainerStatus::getState).flatMap(state -> Optional.ofNullable(state.getTerminated()));
    }

    /** What the trainer said last that tells how the attempt ended, while its pod is there. */
    Optional<TerminationMessage> said() {
        return ended().flatMap(TrainerPods::said);
    }

    private static Optional<TerminationMessage> said(ContainerStateTerminated ended) {
        return Optional.ofNullable(ended.getMessage()).flatMap(TerminationMessage::parse);
    }

    /** The stage's report: of trainers that share it, one has it. */
    Optional<Finished> finished() {
        return all.stream()
                .flatMap(pod -> ended(pod).stream())
                .flatMap(ended -> said(ended).stream())
                .flatMap(message -> message instanceof Finished made ? Stream.of(made) : Stream.empty())
                .findFirst();
    }

    /** Whether each has said all that it will. */
    boolean areOver() {
        return all.stream().allMatch(TrainerPods::isOver);
    }

    /** Whether any of them has come to its end. */
    boolean hasOver() {
        return all.stream().anyMatch(TrainerPods::isOver);
    }

    static boolean isOver(Pod pod) {
        return TERMINAL.contains(phase(pod));
    }

    /** What the kubelet says of one that it put off its node because that ran short of something. */
    Optional<String> evicted() {
        return all.stream()
                .map(Pod::getStatus)
                .filter(status -> status != null && "Evicted".equals(status.getReason()))
                .map(status -> Objects.requireNonNullElse(status.getMessage(), "the node ran short of a resource"))
                .findFirst();
    }

    /** That their trainers worked, all together; empty where none is known to have ended. */
    Optional<Long> seconds() {
        return all.stream()
                .flatMap(pod -> ended(pod).stream())
                .map(state -> between(state.getStartedAt(), state.getFinishedAt()))
                .reduce(Long::sum);
    }

    /** Seconds; 0 where either is not known. */
    static long between(@Nullable String from, @Nullable String to) {
        return Stream.of(from, to).anyMatch(Objects::isNull)
                ? 0
                : Math.max(
                        0,
                        Duration.between(Instant.parse(from), Instant.parse(to)).toSeconds());
    }
}
