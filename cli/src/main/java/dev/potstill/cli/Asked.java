package dev.potstill.cli;

import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands on this machine ask for: a manifest and where it is worked on. Filled by picocli. */
final class Asked {
    @Parameters(paramLabel = "RUN.yaml", description = "The manifest of a DistillationRun.")
    private Path file = Path.of("run.yaml");

    @Option(
            names = {"-w", "--workspace"},
            paramLabel = "DIR",
            description = "Where stages, checkpoints and the report are kept (default: .potstill/NAME).")
    private @Nullable Path workspace;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Set a field of the manifest, as in --set spec.response.temperature=3.0; may be repeated.")
    private List<String> settings = new ArrayList<>();

    /** Filled by picocli. */
    Asked() {}

    Asked(Path file, @Nullable Path workspace, List<String> settings) {
        this.file = file;
        this.workspace = workspace;
        this.settings = settings;
    }

    Manifest manifest() {
        return Manifest.read(file, settings);
    }

    WorkspaceLayout workspace(Manifest manifest, Path folder) {
        Path usual = Path.of(".potstill", manifest.name());
        return new WorkspaceLayout(
                folder.resolve(workspace == null ? usual : workspace).normalize());
    }
}
