package dev.potstill.cli;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.cli.report.Scores;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Summary;

/** What is shown of a run when it ends: scores, times, gates, and where the report is. */
record Results(Terminal terminal, ReportFile report) {

    void show(Plan plan, DistillationRunStatus status) {
        var scores = Scores.of(plan);
        var out = terminal.out();
        if (!scores.all().isEmpty()) {
            var table = new ScoreTable(scores);
            out.println();
            out.print(table.text());
            out.println();
            out.println("Time    " + table.times());
            scores.missed()
                    .forEach(score -> out.println(terminal.red("Gate    ")
                            + "%s of %s is %s: below its gate"
                                    .formatted(score.suite(), score.model(), Summary.valueAndUnit(score))));
        }
        report.write(plan, status).ifPresent(file -> out.println("Report  " + file));
    }
}
