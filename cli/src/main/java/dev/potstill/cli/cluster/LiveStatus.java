package dev.potstill.cli.cluster;

import dev.potstill.api.StageStatus;
import dev.potstill.cli.screen.LiveScreen;
import dev.potstill.cli.screen.Terminal;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** A run's status on a terminal, until nothing more happens to the run. */
final class LiveStatus {
    private static final Duration GLANCE = Duration.ofSeconds(1);
    /** A laptop that slept, an API server that is being replaced: a view that is open for hours outlives them. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Desk desk;
    private final Runs runs;
    private final BiFunction<ClusterRun, StageStatus, Optional<Progress>> progress;
    private final Terminal terminal;
    private final LiveScreen screen;
    private final StatusLines lines;
    private Instant answered;

    LiveStatus(Desk desk, Runs runs, BiFunction<ClusterRun, StageStatus, Optional<Progress>> progress) {
        this.desk = desk;
        this.runs = runs;
        this.progress = progress;
        this.terminal = desk.out();
        this.screen = new LiveScreen(terminal, terminal.columns().orElseThrow());
        this.lines = new StatusLines(terminal);
        this.answered = desk.clock().instant();
    }

    void follow(ClusterRun first) {
        terminal.out().println("%s in %s".formatted(terminal.bold(first.name()), first.namespace()));
        ClusterRun run = first;
        try {
            while (!desk.pause().isOver() && !run.isSettled()) {
                screen.show(lines.news(run), moving(run));
                desk.pause().await(GLANCE);
                run = again(run);
            }
            screen.show(lines.news(run), "");
        } finally {
            screen.close();
        }
        if (run.isSettled()) {
            end(run);
        }
    }

    private ClusterRun again(ClusterRun last) {
        try {
            ClusterRun run = runs.get(last.name());
            answered = desk.clock().instant();
            return run;
        } catch (Problem problem) {
            boolean mayPass = problem.exitCode() == ExitCode.CLUSTER_UNAVAILABLE;
            if (!mayPass || Duration.between(answered, desk.clock().instant()).compareTo(PATIENCE) > 0) {
                throw problem;
            }
            screen.show(List.of(), "  " + terminal.dim("no answer from the cluster, trying again"));
            return last;
        }
    }

    private String moving(ClusterRun run) {
        return run.running()
                .filter(any -> run.phase() == Phase.Running)
                .map(stage -> progress.apply(run, stage)
                        .map(known -> screen.working(stage.name(), known))
                        .orElseGet(() -> screen.waiting(stage.name(), run.summary())))
                .orElse("");
    }

    private void end(ClusterRun run) {
        var page = new StatusPage(run, terminal);
        terminal.out()
                .println(
                        run.phase() == Phase.Failed
                                ? page.phase()
                                : "%s: %s".formatted(page.phase(), Words.standing(run)));
        page.ending();
    }
}
