package dev.potstill.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.potstill.api.Stage;
import dev.potstill.contract.Disk;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageEstimate;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a run's stages are going to take, as the trainer says that would do them. */
record Estimating(Trainer trainer, Consumer<String> warnings) {

    /** Nothing of a stage that cannot be told of, with a warning that says why. */
    Map<Stage, StageEstimate> of(Manifest manifest, WorkspaceLayout workspace) {
        try {
            Path scratch = Files.createTempDirectory("potstill-plan");
            try {
                Path run = scratch.resolve("run.yaml");
                manifest.write(run);
                // What is not there yet is not made for a plan.
                Path root = Files.exists(workspace.root()) ? workspace.root() : scratch.resolve("workspace");
                return ask(run, root, scratch.resolve("said"));
            } finally {
                Disk.delete(scratch);
            }
        } catch (IOException e) {
            throw Problem.storage(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    private Map<Stage, StageEstimate> ask(Path run, Path root, Path said) throws IOException {
        Process process = trainer.process(
                        List.of(StageEstimate.COMMAND, "--run", run.toString(), "--workspace", root.toString()))
                .redirectError(said.toFile())
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0) {
                String error = Files.readAllLines(said).stream()
                        .filter(line -> line.startsWith(Trainer.ERROR))
                        .map(line -> line.substring(Trainer.ERROR.length()))
                        .findFirst()
                        .orElse("the trainer ended with " + process.exitValue());
                warnings.accept("memory and disk are not estimated: " + error);
                return Map.of();
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            return Map.of();
        }
        var estimates = new EnumMap<Stage, StageEstimate>(Stage.class);
        Json.mapper()
                .readValue(answer, new TypeReference<List<StageEstimate>>() {})
                .forEach(estimate -> estimates.put(estimate.stage(), estimate));
        return estimates;
    }
}
