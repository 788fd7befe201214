package dev.potstill.cli.cluster;

import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Follows a run's log from attempt to attempt and from stage to stage. */
final class LogFollower {
    private static final Duration GLANCE = Duration.ofSeconds(1);

    /** What of the log is told: of one stage alone, or of one of those that share a stage. */
    record Wanted(Optional<Stage> stage, Optional<Integer> shard) {}

    private final Desk desk;
    private final Runs runs;
    private final Connection connection;
    private PodLog log;
    private final Wanted wanted;
    private final Patience patience;
    private final Set<String> passed = new HashSet<>();
    private String lastNote = "";

    LogFollower(Desk desk, Runs runs, Connection connection, PodLog log, Wanted wanted) {
        this.desk = desk;
        this.runs = runs;
        this.connection = connection;
        this.log = log;
        this.wanted = wanted;
        this.patience = new Patience(desk);
    }

    void follow(ClusterRun first) {
        ClusterRun run = first;
        List<Attempt> attempts = attempts(run);
        // What came before the one at work is not asked for.
        attempts.stream().limit(Math.max(0, attempts.size() - 1)).forEach(attempt -> passed.add(attempt.name()));
        while (!desk.isLeft()) {
            // The run first: an attempt made after it was looked at is seen the next time.
            ClusterRun now = run;
            Optional<Boolean> all = patience.ask(() -> tellOf(now));
            if (all.orElse(false)) {
                return;
            }
            if (all.isPresent()) {
                // What was not there at the first look is new.
                log = log.fromTheStart();
            }
            run = patience.ask(() -> runs.get(first.name())).orElse(run);
        }
    }

    /** Whether all is told. */
    private boolean tellOf(ClusterRun run) {
        Optional<Attempt> next = attempts(run).stream()
                .filter(attempt -> !passed.contains(attempt.name()))
                .findFirst();
        if (next.isPresent() && follow(next.get())) {
            passed.add(next.get().name());
            return false;
        }
        if (next.isEmpty() && isSettled(run)) {
            desk.tell("==> %s: %s".formatted(run.phase(), Words.standing(run)));
            return true;
        }
        note(run);
        desk.pause().await(GLANCE);
        return false;
    }

    private List<Attempt> attempts(ClusterRun run) {
        return Attempt.of(run, connection).stream()
                .filter(attempt -> wanted.stage().isEmpty() || wanted.stage().get() == attempt.stage())
                .toList();
    }

    private boolean isSettled(ClusterRun run) {
        return run.isSettled()
                || wanted.stage().flatMap(run::stage).map(StageStatus::output).isPresent();
    }

    /** Whether nothing more is to come of it. */
    private boolean follow(Attempt attempt) {
        if (wanted.shard().filter(shard -> shard >= attempt.shards()).isPresent()) {
            desk.tell("==> %s has no shard %d"
                    .formatted(attempt.stage(), wanted.shard().get()));
            return true;
        }
        Optional<Pod> pod = attempt.podSoFar(connection, wanted.shard());
        if (pod.isEmpty() || "Pending".equals(pod.get().getStatus().getPhase())) {
            return attempt.hasEnded();
        }
        desk.tell("==> %s, attempt %d".formatted(attempt.stage(), attempt.number() + 1));
        log.follow(pod.get(), patience);
        return true;
    }

    /** What it waits for, once. */
    private void note(ClusterRun run) {
        String note = Words.standing(run);
        if (run.phase() != Phase.Running && !note.equals(lastNote)) {
            desk.tell("==> " + note);
            lastNote = note;
        }
    }
}
