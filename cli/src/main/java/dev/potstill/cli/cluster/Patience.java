package dev.potstill.cli.cluster;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A laptop that slept, an API server that is being replaced: a view that is open for hours outlives them. */
final class Patience {
    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Desk desk;
    private @Nullable Instant silentSince;

    Patience(Desk desk) {
        this.desk = desk;
    }

    /**
     * The cluster's answer; empty, after a moment, where none comes, which may pass.
     *
     * @throws Problem if it has not answered for five minutes, or says no
     */
    <T> Optional<T> ask(Supplier<T> question) {
        try {
            T answer = question.get();
            silentSince = null;
            return Optional.of(answer);
        } catch (Problem problem) {
            if (problem.exitCode() != ExitCode.CLUSTER_UNAVAILABLE || isOver()) {
                throw problem;
            }
            desk.pause().await(GLANCE);
            return Optional.empty();
        }
    }

    private boolean isOver() {
        Instant now = desk.clock().instant();
        Instant since = silentSince == null ? now : silentSince;
        silentSince = since;
        return Duration.between(since, now).compareTo(LONGEST) > 0;
    }
}
