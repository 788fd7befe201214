package dev.potstill.operator.observe;

import dev.potstill.contract.Progress;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * How far the pods at work are, asked of them on threads of its own: a reconcile takes what is known and waits for nothing. No
 * answer means unknown.
 */
public final class ProgressWatch implements Function<Pod, Optional<Progress>> {
    private static final Duration BETWEEN = Duration.ofSeconds(5);
    /** An answer that was not followed by another for so long says nothing any more. */
    private static final Duration STALE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Function<String, Optional<Progress>> ask;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(Optional<Progress> answer, Instant answeredAt, Instant askedAt) {}

    /** @param ask by the pod's address; waits for a second at most */
    public ProgressWatch(InstantSource clock, Function<String, Optional<Progress>> ask) {
        this.clock = clock;
        this.ask = ask;
    }

    @Override
    public Optional<Progress> apply(Pod pod) {
        String address = pod.getStatus().getPodIP();
        if (address == null || pod.getMetadata().getDeletionTimestamp() != null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        known.values().removeIf(old -> old.askedAt.plus(STALE).isBefore(now));
        String pods = pod.getMetadata().getUid();
        Known last = known.getOrDefault(pods, new Known(Optional.empty(), now, Instant.EPOCH));
        if (!last.askedAt.plus(BETWEEN).isAfter(now)) {
            known.put(pods, new Known(last.answer, last.answeredAt, now));
            Thread.ofVirtual().name("progress").start(() -> note(pods, address));
        }
        return last.answer.filter(any -> last.answeredAt.plus(STALE).isAfter(now));
    }

    private void note(String pod, String address) {
        ask.apply(address).ifPresent(progress -> {
            Instant now = clock.instant();
            known.put(pod, new Known(Optional.of(progress), now, now));
        });
    }
}
