package dev.potstill.cli;

import dev.potstill.api.Execution;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Decide;
import dev.potstill.pipeline.Observed.Nothing;
import dev.potstill.pipeline.Situation;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code potstill report}. */
record ReportCommand(Surroundings surroundings, Asked asked) {

    /** The status is that of a run which is let alone: done, or standing before the first stage that is not. */
    int call() {
        Trainer trainer = Trainer.below(surroundings.home());
        Manifest named = asked.manifest();
        WorkspaceLayout workspace = asked.workspace(named, surroundings.folder());
        Manifest manifest = new OtherRuns(workspace, trainer).startOf(named);
        var survey = new Survey(
                manifest, workspace, trainer.version(), surroundings.err().out()::println);
        var now = new Situation(Execution.Paused, survey.plan(Set.of()), Map.of(), new Nothing());
        var stamp = new Stamp(Optional.empty(), surroundings.clock().instant(), List.of());
        var status = Status.of(now, new Decide(surroundings.retries()).next(now), stamp);
        var file = new ReportFile(manifest, workspace, surroundings.made(trainer))
                .write(now.plan(), status)
                .orElseThrow(() -> new Problem(
                        ExitCode.REJECTED,
                        "No stage of this manifest is done in %s: there is nothing to report. Run it first"
                                .formatted(workspace.root())));
        surroundings.out().out().println(file);
        return ExitCode.DONE.code();
    }
}
