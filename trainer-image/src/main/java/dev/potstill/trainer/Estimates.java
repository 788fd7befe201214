package dev.potstill.trainer;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.Lineage;
import dev.potstill.contract.Notices;
import dev.potstill.contract.Pins;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.fetch.FetchSettings;
import dev.potstill.trainer.fetch.Present;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.stage.Preflight;
import dev.potstill.trainer.stage.StageContext;
import dev.potstill.trainer.stage.Suitability;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--disk-below",
            paramLabel = "DIR",
            description =
                    "A folder on the disk that the workspace will be on, where that is elsewhere (default: the workspace).")
    private @Nullable Path diskBelow;

    private final Map<String, String> environment;

    Estimates(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    String line() {
        long memory = Hardware.memory();
        Manifest manifest = Manifest.read(run.toAbsolutePath().normalize(), List.of());
        var layout = new WorkspaceLayout(workspace.toAbsolutePath().normalize());
        Pins pins = Pins.read(layout, manifest.name());
        DistillationRunSpec here = new Present(
                        FetchSettings.of(environment, layout).cache())
                .models(manifest, pins)
                .spec();
        Lineage lineage = Lineage.of(manifest.spec(), pins, layout, StageRun.version(), Notices.of(warning -> {}));
        Map<Stage, InputDigest> inputs = inputs(lineage);
        StageContext context = context(here, layout, lineage, inputs);
        Suitability.of(context).check();
        Preflight preflight = diskBelow == null
                ? Preflight.of(context, memory)
                : Preflight.of(context, memory, diskBelow.toAbsolutePath().normalize());
        return Json.compact(preflight.estimate(inputs));
    }

    /** A stage whose input is not known yet is taken to have the teacher and the settings of the one before it. */
    private static Map<Stage, InputDigest> inputs(Lineage lineage) {
        Map<Stage, InputDigest> inputs = new EnumMap<>(Stage.class);
        SortedMap<String, String> components = new TreeMap<>();
        for (Lineage.Step step : lineage.steps()) {
            components = step.input().map(InputDigest::components).orElse(components);
            inputs.put(step.stage(), new InputDigest(step.stage(), components));
        }
        return inputs;
    }

    private static StageContext context(
            DistillationRunSpec spec, WorkspaceLayout layout, Lineage lineage, Map<Stage, InputDigest> inputs) {
        Map<Stage, StageOutput> made = new EnumMap<>(Stage.class);
        lineage.steps().forEach(step -> step.output().ifPresent(output -> made.put(step.stage(), output)));
        Stage first = lineage.steps().getFirst().stage();
        return new StageContext(
                spec,
                new Upstream(Objects.requireNonNull(inputs.get(first)), made),
                layout,
                new ProgressBoard(first, System::nanoTime),
                new StopSignal(),
                warning -> {});
    }
}
