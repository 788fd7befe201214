package dev.potstill.trainer;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Lineage;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.stage.Preflight;
import dev.potstill.trainer.stage.StageContext;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code potstill-trainer estimate}: prints what the stages of a run are going to take. It reads no weights and starts no engine. */
@Command(
        name = "potstill-trainer estimate",
        description = "Prints what each stage of a run is going to take of memory and disk, as one line of JSON.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // required fields are filled in by picocli
final class Estimates extends SideCommand {
    @Option(names = "--run", required = true, paramLabel = "FILE", description = "The run.")
    private Path run;

    @Option(names = "--workspace", required = true, paramLabel = "DIR", description = "Where the outputs are.")
    private Path workspace;

    @Override
    String line() {
        return Json.compact(Preflight.of(context(), Hardware.memory()).estimates());
    }

    private StageContext context() {
        DistillationRunSpec spec =
                Manifest.read(run.toAbsolutePath().normalize(), List.of()).spec();
        var layout = new WorkspaceLayout(workspace.toAbsolutePath().normalize());
        Map<Stage, StageOutput> made = new EnumMap<>(Stage.class);
        Lineage.of(spec, layout, StageRun.version(), warning -> {})
                .steps()
                .forEach(step -> step.output().ifPresent(output -> made.put(step.stage(), output)));
        Stage any = spec.stages().getFirst();
        return new StageContext(
                spec,
                new Upstream(new InputDigest(any, new TreeMap<>()), made),
                layout,
                new ProgressBoard(any, System::nanoTime),
                new StopSignal(),
                warning -> {});
    }
}
