package dev.potstill.cli.cluster;

import java.time.Duration;
import java.util.Optional;

/** One run, looked at again and again. */
final class Lookout {
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final Desk desk;
    private final Runs runs;
    private final Patience patience;

    Lookout(Desk desk, Runs runs) {
        this.desk = desk;
        this.runs = runs;
        this.patience = new Patience(desk);
    }

    /** The run as it is a moment later; empty where no answer comes, which may pass. */
    Optional<ClusterRun> next(String name) {
        desk.pause().await(GLANCE);
        return patience.ask(() -> runs.get(name));
    }
}
