package dev.potstill.cli;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.cli.report.Scores;
import dev.potstill.cli.screen.ScoreTable;
import dev.potstill.cli.screen.Terminal;
import dev.potstill.pipeline.Plan;

/** What is shown of a run when it ends: scores, times, gates, and where the report is. */
record Results(Terminal terminal, ReportFile report) {

    void show(Plan plan, DistillationRunStatus status) {
        var scores = Scores.of(plan);
        var out = terminal.out();
        if (!scores.all().isEmpty()) {
            out.println();
            new ScoreTable(scores).show(terminal);
        }
        report.write(plan, status).ifPresent(file -> out.println("Report  " + file));
    }
}
