package dev.potstill.trainer.data;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The spec of a run of the data stage alone, whose models are never opened. */
public final class TinySpec {
    private TinySpec() {}

    /** @param folder where the manifest is written, and what its paths are relative to */
    public static DistillationRunSpec of(Path folder, String... fields) throws IOException {
        Path run = Files.writeString(
                folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: tiny}
                spec:
                  teachers: [{name: tiny, model: teacher}]
                  student: {model: teacher}
                  stages: [Data]
                """ + String.join("\n", fields).indent(2));
        return Manifest.read(run, List.of()).spec();
    }
}
