package dev.potstill.cli;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.cli.report.Made;
import dev.potstill.cli.report.ReportPage;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The report page of a run, in its workspace. */
record ReportFile(Manifest manifest, WorkspaceLayout workspace, Made made) {

    /** Writes it, where there is a finished stage to tell of. */
    Optional<Path> write(Plan plan, DistillationRunStatus status) {
        return write(workspace.reportPage(), plan, status);
    }

    /** The same in another place. */
    Optional<Path> write(Path page, Plan plan, DistillationRunStatus status) {
        if (plan.stages().stream().noneMatch(Planned::finished)) {
            return Optional.empty();
        }
        save(page, new ReportPage(manifest, plan, status, made).html());
        return Optional.of(page);
    }

    /** Whole or not at all. */
    static void save(Path page, String html) {
        Path partial = page.resolveSibling(page.getFileName() + ".partial");
        try {
            Files.writeString(partial, html);
            Files.move(partial, page, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Problem.storage(page, e);
        }
    }
}
