package dev.potstill.cli.cluster;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One run, looked at again and again. */
final class Lookout {
    private static final Duration GLANCE = Duration.ofSeconds(1);
    /** A laptop that slept, an API server that is being replaced: a view that is open for hours outlives them. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Desk desk;
    private final Runs runs;
    private Instant answered;

    Lookout(Desk desk, Runs runs) {
        this.desk = desk;
        this.runs = runs;
        this.answered = desk.clock().instant();
    }

    /** The run as it is a moment later; empty where no answer comes, which may pass. */
    Optional<ClusterRun> next(String name) {
        desk.pause().await(GLANCE);
        try {
            ClusterRun run = runs.get(name);
            answered = desk.clock().instant();
            return Optional.of(run);
        } catch (Problem problem) {
            boolean mayPass = problem.exitCode() == ExitCode.CLUSTER_UNAVAILABLE;
            if (!mayPass || Duration.between(answered, desk.clock().instant()).compareTo(PATIENCE) > 0) {
                throw problem;
            }
            return Optional.empty();
        }
    }
}
