package dev.potstill.cli;

import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Output;
import dev.potstill.contract.Lineage;
import dev.potstill.contract.Lineage.Step;
import dev.potstill.contract.Notices;
import dev.potstill.contract.Pins;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.Later;
import dev.potstill.pipeline.Standing.ToRun;
import java.util.Set;

/** Reads from a workspace how a run's stages stand. */
record Survey(Manifest manifest, WorkspaceLayout workspace, String trainerVersion, Notices notices) {

    Lineage lineage() {
        return Lineage.of(manifest.spec(), Pins.read(workspace, manifest.name()), workspace, trainerVersion, notices);
    }

    /** @param madeHere stages that this process has had at work: what is finished of the others is reused */
    Plan plan(Set<Stage> madeHere) {
        return plan(lineage(), madeHere);
    }

    Plan plan(Lineage lineage, Set<Stage> madeHere) {
        return new Plan(lineage.steps().stream()
                .map(step -> new Planned(step.stage(), standing(step, madeHere.contains(step.stage()))))
                .toList());
    }

    private Standing standing(Step step, boolean madeHere) {
        if (step.output().isPresent()) {
            var made = step.output().get();
            var output = new Output(workspace.root().relativize(made.folder()).toString(), made.outputDigest());
            return new Finished(output, made.report(), !madeHere);
        }
        return step.input()
                .<Standing>map(input -> new ToRun(input.hex(), workspace.lastCheckpointStep(step.stage(), input.hex())))
                .orElseGet(Later::new);
    }
}
