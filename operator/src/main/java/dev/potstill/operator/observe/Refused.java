package dev.potstill.operator.observe;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A pod that its node did not take: the kubelet failed it before a trainer was started. */
final class Refused {
    /** A node that makes room for others, or shuts down, does so to any pod. */
    private static final Set<String> DISRUPTIONS = Set.of("Evicted", "Preempting", "NodeShutdown", "Terminated");

    private Refused() {}

    /** What the kubelet says of it; empty of any other pod. */
    static Optional<String> words(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .filter(status -> "Failed".equals(status.getPhase())
                        && pod.getMetadata().getDeletionTimestamp() == null
                        && !wasStarted(pod)
                        && !isDisrupted(status))
                .map(Refused::words);
    }

    private static String words(PodStatus status) {
        String said = Stream.of(status.getReason(), status.getMessage())
                .filter(Objects::nonNull)
                .collect(Collectors.joining(": "));
        return said.isEmpty() ? "the kubelet gives no reason" : said;
    }

    private static boolean wasStarted(Pod pod) {
        Optional<ContainerState> state = TrainerPods.trainer(pod).map(ContainerStatus::getState);
        return state.filter(some -> some.getRunning() != null || some.getTerminated() != null)
                .isPresent();
    }

    private static boolean isDisrupted(PodStatus status) {
        return (status.getReason() != null && DISRUPTIONS.contains(status.getReason()))
                || status.getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("DisruptionTarget")
                                && condition.getStatus().equals("True"));
    }
}
