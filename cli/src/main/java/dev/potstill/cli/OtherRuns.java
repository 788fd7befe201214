package dev.potstill.cli;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Lineage;
import dev.potstill.contract.Notices;
import dev.potstill.contract.OtherRun;
import dev.potstill.contract.Pins;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;

/**
 * The runs whose workspaces are beside one run's. A run may start from the student of another: {@code run://NAME}.
 *
 * @param workspace the one run's
 * @param progress told how far work is that takes a while
 */
record OtherRuns(WorkspaceLayout workspace, Trainer trainer, Consumer<String> progress) {

    /** The same run, with the student that it starts from as a path. */
    Manifest startOf(Manifest manifest) {
        return OtherRun.named(manifest.spec().student().model())
                .map(other -> manifest.startingFrom(student(other)))
                .orElse(manifest);
    }

    private String student(String name) {
        var other = new WorkspaceLayout(workspace.root().resolveSibling(name));
        if (!Files.exists(other.run())) {
            throw Problem.rejected(("spec.student.model: found run://%s, and no run in %s; expected one whose workspace"
                            + " is beside this one's. Run %s first")
                    .formatted(name, other.root(), name));
        }
        var manifest = Manifest.read(other.run(), List.of());
        var spec = manifest.spec();
        Stage last = OtherRun.lastToTrain(name, spec);
        return Lineage.of(
                        spec,
                        Pins.read(other, manifest.name()),
                        other,
                        trainer.version(),
                        new Notices(warning -> {}, progress))
                .steps()
                .stream()
                .filter(step -> step.stage() == last)
                .flatMap(step -> step.output().stream())
                .map(StageOutput::folder)
                .map(folder -> folder.resolve(OtherRun.STUDENT).toString())
                .findFirst()
                .orElseThrow(() -> new Problem(
                        ExitCode.REJECTED,
                        "spec.student.model: the run %s has not done %s yet, in %s; run it to its end first"
                                .formatted(name, last, other.root())));
    }
}
