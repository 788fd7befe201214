package dev.potstill.cli.cluster;

import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.cli.screen.ScoreTable;
import dev.potstill.cli.screen.Table;
import dev.potstill.cli.screen.Terminal;
import java.util.ArrayList;
import java.util.List;

/** All that a run's status says, at once. */
record StatusPage(ClusterRun run, Terminal terminal) {

    void show() {
        var out = terminal.out();
        out.println("%s in %s: %s".formatted(terminal.bold(run.name()), run.namespace(), phase()));
        // Of a failure more is told below.
        if (run.phase() != Phase.Failed) {
            out.println("  " + Words.standing(run));
        }
        if (!run.status().stages().isEmpty()) {
            out.println();
            out.print(table());
        }
        ending();
    }

    String phase() {
        String word = run.phase().name();
        return switch (run.phase()) {
            case Succeeded -> terminal.green(word);
            case Failed, Rejected -> terminal.red(word);
            default -> word;
        };
    }

    /** Failures and scores. */
    void ending() {
        var out = terminal.out();
        for (StageStatus stage : run.status().stages()) {
            Failure failure = stage.lastFailure();
            if (failure != null && stage.output() == null) {
                out.println();
                tell(stage, failure);
            }
        }
        if (!run.status().scores().isEmpty()) {
            out.println();
            new ScoreTable(run.scores()).show(terminal);
        }
    }

    private void tell(StageStatus stage, Failure failure) {
        var out = terminal.out();
        String what = stage.state() == StageStatus.State.Failed ? "failed" : "failed before";
        out.println("%s (%s):".formatted(terminal.red(stage.name() + " " + what), Words.reason(failure)));
        failure.message().lines().forEach(line -> out.println("  " + line));
        if (failure.logTail() != null) {
            failure.logTail().lines().forEach(line -> out.println(terminal.dim("  | " + line)));
        }
    }

    private String table() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("Stage", "State", "Time", "Attempts", "Checkpoint"));
        for (StageStatus stage : run.status().stages()) {
            rows.add(List.of(
                    stage.name().name(),
                    stage.state().name(),
                    Words.time(stage),
                    Words.attempts(stage.attempts()),
                    stage.lastCheckpointStep() == null ? "" : "step %,d".formatted(stage.lastCheckpointStep())));
        }
        return new Table(rows, false).text();
    }
}
