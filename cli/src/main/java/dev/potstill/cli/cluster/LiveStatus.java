package dev.potstill.cli.cluster;

import dev.potstill.api.StageStatus;
import dev.potstill.cli.screen.LiveScreen;
import dev.potstill.cli.screen.Terminal;
import dev.potstill.contract.Progress;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** A run's status on a terminal, until nothing more happens to the run. */
final class LiveStatus {
    private final Desk desk;
    private final Lookout lookout;
    private final BiFunction<ClusterRun, StageStatus, Optional<Progress>> progress;
    private final Terminal terminal;
    private final LiveScreen screen;
    private final StatusLines lines;

    LiveStatus(Desk desk, Runs runs, BiFunction<ClusterRun, StageStatus, Optional<Progress>> progress) {
        this.desk = desk;
        this.lookout = new Lookout(desk, runs);
        this.progress = progress;
        this.terminal = desk.out();
        this.screen = new LiveScreen(terminal, terminal.columns().orElseThrow());
        this.lines = new StatusLines(terminal);
    }

    void follow(ClusterRun first) {
        terminal.out().println("%s in %s".formatted(terminal.bold(first.name()), first.namespace()));
        ClusterRun run = first;
        try {
            while (!desk.pause().isOver() && !run.isSettled()) {
                screen.show(lines.news(run), moving(run));
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
        return lookout.next(last.name()).orElseGet(() -> {
            screen.show(List.of(), "  " + terminal.dim("no answer from the cluster, trying again"));
            return last;
        });
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
