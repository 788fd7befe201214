package dev.potstill.cli.cluster;

import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code potstill logs}. */
@Command(
        name = "logs",
        description =
                "Prints what the trainer of a run of a cluster prints: of the stage at work, or of the last that was.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 64)
public final class LogsCommand implements Callable<Integer> {
    private final Desk desk;

    @Mixin
    private Where where = new Where();

    @Parameters(paramLabel = "NAME", description = "The run.")
    private String name = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is printed next, from stage to stage, until the run has settled.")
    private boolean follow;

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            description = "That of this stage's last attempt: ${COMPLETION-CANDIDATES}.")
    private @Nullable Stage stage;

    @Option(
            names = "--shard",
            paramLabel = "N",
            description =
                    "That of the Nth of the pods that share a stage, from 0; else of one that failed or is at work.")
    private @Nullable Integer shard;

    @Option(names = "--tail", paramLabel = "LINES", description = "Begin so many lines before the end.")
    private @Nullable Integer tail;

    public LogsCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        if (shard != null && shard < 0) {
            throw new Problem(ExitCode.USAGE, "--shard: found %d, expected 0 or more".formatted(shard));
        }
        if (tail != null && tail < 0) {
            throw new Problem(ExitCode.USAGE, "--tail: found %d, expected 0 or more".formatted(tail));
        }
        try (var connection = Connection.open(where)) {
            var runs = new Runs(connection);
            ClusterRun run = runs.get(name);
            var log = new PodLog(connection, desk, Optional.ofNullable(tail));
            if (follow) {
                var wanted = new LogFollower.Wanted(Optional.ofNullable(stage), Optional.ofNullable(shard));
                new LogFollower(desk, runs, connection, log, wanted).follow(run);
            } else {
                print(run, connection, log);
            }
        }
        return ExitCode.DONE.code();
    }

    private void print(ClusterRun run, Connection connection, PodLog log) {
        List<Attempt> attempts = Attempt.of(run, connection).stream()
                .filter(attempt -> stage == null || attempt.stage() == stage)
                .toList();
        if (attempts.isEmpty()) {
            throw new Problem(
                    ExitCode.USAGE,
                    "%s has not been started: %s is %s (%s)"
                            .formatted(stage == null ? "no stage" : stage, name, run.phase(), Words.standing(run)));
        }
        Attempt last = attempts.getLast();
        Optional<Pod> pod = last.pod(connection, Optional.ofNullable(shard));
        if (pod.isEmpty()) {
            kept(run, last);
        } else if ("Pending".equals(pod.get().getStatus().getPhase())) {
            desk.tell("%s has printed nothing yet: %s".formatted(last.stage(), Words.standing(run)));
        } else {
            log.print(pod.get());
        }
    }

    /** The status keeps the end of a log that is gone with its pod. */
    private void kept(ClusterRun run, Attempt attempt) {
        String end = run.stage(attempt.stage())
                .flatMap(told -> Optional.ofNullable(told.lastFailure()))
                .map(Failure::logTail)
                .orElseThrow(() -> new Problem(
                        ExitCode.USAGE, "the pod of %s is gone, and its log with it".formatted(attempt.name())));
        desk.tell("the pod of %s is gone; the end of its log was".formatted(attempt.name()));
        desk.out().out().println(end.stripTrailing());
    }
}
