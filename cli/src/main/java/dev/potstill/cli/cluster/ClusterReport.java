package dev.potstill.cli.cluster;

import dev.potstill.api.StageStatus;
import dev.potstill.cli.report.Made;
import dev.potstill.cli.report.ReportPage;
import dev.potstill.contract.Problem;
import dev.potstill.contract.ReportExport;
import dev.potstill.contract.StageReport;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.Later;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The report page of a run of a cluster: the same that a local run writes. */
public record ClusterReport(Desk desk, Where where) {

    /** @throws Problem where there is no such run, nothing of it is done, or its workspace cannot be read */
    public String page(String name) {
        try (var connection = Connection.open(where)) {
            ClusterRun run = new Runs(connection).get(name);
            Manifest manifest = run.manifest();
            List<String> outputs = run.status().stages().stream()
                    .flatMap(stage -> Optional.ofNullable(stage.output()).stream())
                    .map(StageStatus.Output::path)
                    .toList();
            if (outputs.isEmpty()) {
                throw Problem.rejected("No stage of %s is done: there is nothing to report. It is %s (%s)"
                        .formatted(name, run.phase(), Words.standing(run)));
            }
            ReportExport export = new Reader(connection, desk).read(run, outputs);
            var made = new Made(
                    desk.version(),
                    export.trainerVersion(),
                    export.javaVersion(),
                    desk.clock().instant());
            return new ReportPage(manifest, plan(run, export.reports()), run.status(), made).html();
        }
    }

    private static Plan plan(ClusterRun run, List<StageReport> reports) {
        Iterator<StageReport> next = reports.iterator();
        return new Plan(run.status().stages().stream()
                .map(stage -> new Planned(stage.name(), standing(stage, next)))
                .toList());
    }

    private static Standing standing(StageStatus stage, Iterator<StageReport> next) {
        StageStatus.Output output = stage.output();
        return output == null
                ? new Later()
                : new Finished(output, next.next(), stage.state() == StageStatus.State.Reused);
    }
}
