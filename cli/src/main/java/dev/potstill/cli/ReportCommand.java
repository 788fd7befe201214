package dev.potstill.cli;

import dev.potstill.api.Execution;
import dev.potstill.api.Form;
import dev.potstill.cli.cluster.ClusterReport;
import dev.potstill.cli.cluster.Where;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Decide;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Situation;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code potstill report}: of a manifest's workspace on this machine, or of a run of a cluster. */
@Command(
        name = "report",
        description = {
            "Writes the report page of a manifest, or of a run of a cluster.",
            "What is given is a manifest if a file has that name or no run could have it; with -n or --context it is a run."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 64)
final class ReportCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "RUN.yaml|NAME", description = "The manifest of a DistillationRun, or a run of a cluster.")
    private String what = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Where the page goes (default: report.html in the workspace; of a cluster's run, NAME.html here).")
    private @Nullable Path output;

    @Option(
            names = {"-w", "--workspace"},
            paramLabel = "DIR",
            description = "Of a manifest: where its stages are kept (default: .potstill/NAME).")
    private @Nullable Path workspace;

    @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Of a manifest: set a field; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private Where where = new Where();

    ReportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Path page = isInCluster() ? ofCluster() : ofWorkspace();
        surroundings.out().out().println(page);
        return ExitCode.DONE.code();
    }

    /** What was said of a cluster means a cluster; of the rest, what can be no file's name or is no file's. */
    private boolean isInCluster() {
        boolean local = workspace != null || !settings.isEmpty();
        if (local && where.isGiven()) {
            throw new Problem(
                    ExitCode.USAGE,
                    "found --workspace or --set beside --namespace or --context, expected either: the first are of a"
                            + " manifest on this machine, the others of a run of a cluster");
        }
        boolean name = what.matches(Form.DnsLabel.pattern());
        return where.isGiven()
                || (!local && name && !Files.isRegularFile(surroundings.folder().resolve(what)));
    }

    private Path ofCluster() {
        String html = new ClusterReport(surroundings.desk(), where).page(what);
        Path page = surroundings.folder().resolve(output == null ? Path.of(what + ".html") : output);
        ReportFile.save(page, html);
        return page;
    }

    /** The status is that of a run which is let alone: done, or standing before the first stage that is not. */
    private Path ofWorkspace() {
        var asked = new Asked(Path.of(what), workspace, settings);
        Manifest named = asked.manifest();
        Trainer trainer = Trainer.below(surroundings.home());
        WorkspaceLayout kept = asked.workspace(named, surroundings.folder());
        Manifest manifest = new OtherRuns(kept, trainer, surroundings.err().out()::println).startOf(named);
        var survey = new Survey(manifest, kept, trainer.version(), surroundings.notices());
        var now = new Situation(Execution.Paused, survey.plan(Set.of()), Map.of(), new Nothing());
        var stamp = new Stamp(Optional.empty(), surroundings.clock().instant(), List.of());
        var status = Status.of(now, new Decide(surroundings.retries()).next(now), stamp);
        Path page = output == null ? kept.reportPage() : surroundings.folder().resolve(output);
        return new ReportFile(manifest, kept, surroundings.made(trainer))
                .write(page, now.plan(), status)
                .orElseThrow(() -> new Problem(
                        ExitCode.REJECTED,
                        "No stage of this manifest is done in %s: there is nothing to report. Run it first"
                                .formatted(kept.root())));
    }
}
