package dev.potstill.operator.observe;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Scheduling;
import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import dev.potstill.pipeline.Observed;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Observed.Waiting;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What an attempt that has not ended is at: working, or waiting for something that has a name. */
record PodView(DistillationRunSpec spec, Function<Pod, Optional<Progress>> progress, Instant now) {
    /** Reasons of the kubelet that mean that the image cannot be had. */
    static final Set<String> PULLS =
            Set.of("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName");
    /** Those that mean that something else is wrong, and not only that it takes a moment. */
    private static final Set<String> STUCK =
            Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

    /** How long after its time a deleted pod may still be there; a lost node never says that it is not. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private static final Duration MOMENT = Duration.ofSeconds(5);

    Observed of(Attempt attempt) {
        Stage stage = attempt.stage();
        if (attempt.isHeld()) {
            String queue = spec.scheduling().queueName();
            return queue == null
                    ? new Waiting(stage, "Suspended", stage + " waits: somebody has suspended its job " + job(attempt))
                    : new Waiting(stage, "Queued", "%s waits for admission by the queue %s".formatted(stage, queue));
        }
        if (!attempt.isWaiting()) {
            return new Active(stage, attempt.pods().working().flatMap(progress));
        }
        List<Pod> pending = attempt.pods().pending();
        return pending.isEmpty()
                ? new Waiting(
                        stage,
                        "PodPending",
                        stage + " waits for its pod; where a quota or a class stands in its way, the events of the job "
                                + job(attempt) + " say so")
                : pending(stage, pending);
    }

    /** Why a pod that is deleted does not end, where no other is at work: nothing can be done about its stage until it does. */
    Optional<String> lost(Attempt attempt) {
        var lost = attempt.pods().all().stream().filter(this::isLost).toList();
        boolean others =
                attempt.pods().all().stream().anyMatch(pod -> TrainerPods.isAtWork(pod) && !lost.contains(pod));
        return others ? Optional.empty() : lost.stream().findFirst().map(pod -> lost(attempt.stage(), pod));
    }

    private static String lost(Stage stage, Pod pod) {
        return "%s waits for its pod %s, which is deleted but does not end: %s does not answer; it goes on when the node is back, or,"
                        .formatted(stage, pod.getMetadata().getName(), TrainerPods.node(pod))
                + " where the node is off for good, after: kubectl delete node "
                + Objects.requireNonNullElse(pod.getSpec().getNodeName(), "NODE");
    }

    private boolean isLost(Pod pod) {
        String due = pod.getMetadata().getDeletionTimestamp();
        return due != null
                && !TrainerPods.isOver(pod)
                && Instant.parse(due).plus(LATE).isBefore(now);
    }

    /** Of several, one that has trouble tells it. */
    private Observed pending(Stage stage, List<Pod> pods) {
        return pods.stream()
                .flatMap(pod -> stuck(pod).stream())
                .findFirst()
                .<Observed>map(waiting -> new Waiting(
                        stage,
                        waiting.getReason(),
                        "%s cannot start: %s"
                                .formatted(
                                        stage,
                                        Optional.ofNullable(waiting.getMessage())
                                                .orElse(waiting.getReason()))))
                .or(() -> pods.stream()
                        .flatMap(pod -> unschedulable(pod).stream())
                        .findFirst()
                        .map(condition -> new Waiting(
                                stage,
                                "Unschedulable",
                                "%s waits for a node%s: %s".formatted(stage, wish(), condition.getMessage()))))
                .orElseGet(() -> new Waiting(
                        stage,
                        "PodPending",
                        "%s's pod is being started; where that takes long, the events of the pod %s say why"
                                .formatted(stage, pods.getFirst().getMetadata().getName())));
    }

    private static Optional<ContainerStateWaiting> stuck(Pod pod) {
        return TrainerPods.trainer(pod)
                .flatMap(status -> Optional.ofNullable(status.getState()))
                .flatMap(state -> Optional.ofNullable(state.getWaiting()))
                .filter(waiting -> waiting.getReason() != null
                        && (STUCK.contains(waiting.getReason()) || PULLS.contains(waiting.getReason())));
    }

    private Optional<PodCondition> unschedulable(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals("PodScheduled")
                                && condition.getStatus().equals("False")
                                && "Unschedulable".equals(condition.getReason()))
                        .filter(this::lasts)
                        .findFirst();
    }

    /** A volume that is being made keeps a pod from its node for a moment, and is nothing to be told of. */
    private boolean lasts(PodCondition condition) {
        String since = condition.getLastTransitionTime();
        return since == null || !Instant.parse(since).plus(MOMENT).isAfter(now);
    }

    private static String job(Attempt attempt) {
        return attempt.job().getMetadata().getName();
    }

    private String wish() {
        Scheduling.Gpu gpu = spec.scheduling().gpu();
        return gpu == null ? "" : " with %d %s".formatted(gpu.count(), gpu.resource());
    }
}
