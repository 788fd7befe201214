package dev.potstill.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.potstill.contract.Disk;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.RunEstimate;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a run's stages are going to take, as the trainer says that would do them. */
record Estimating(Trainer trainer) {

    /** @throws Problem as the trainer ends, where it cannot tell: the run would end likewise */
    RunEstimate of(Manifest manifest, WorkspaceLayout workspace) {
        try {
            Path scratch = Files.createTempDirectory("potstill-plan");
            try {
                Path run = scratch.resolve("run.yaml");
                manifest.write(run);
                // What is not there yet is not made for a plan.
                Path root = Files.exists(workspace.root()) ? workspace.root() : scratch.resolve("workspace");
                return ask(run, root, existing(workspace.root()), scratch.resolve("said"));
            } finally {
                Disk.delete(scratch);
            }
        } catch (IOException e) {
            throw Problem.storage(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    /** The nearest folder that is there: what is made below it is on its disk. */
    private static Path existing(Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        while (!Files.isDirectory(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    private RunEstimate ask(Path run, Path root, Path diskBelow, Path said) throws IOException {
        Process process = trainer.process(List.of(
                        RunEstimate.COMMAND,
                        "--run",
                        run.toString(),
                        "--workspace",
                        root.toString(),
                        "--disk-below",
                        diskBelow.toString()))
                .redirectError(said.toFile())
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new Problem(ExitCode.of(process.exitValue()), complaint(process, said));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new Problem(ExitCode.STOPPED, "interrupted while the trainer was asked");
        }
        return Json.parse(answer, RunEstimate.class);
    }

    private static String complaint(Process process, Path said) throws IOException {
        return Files.readAllLines(said).stream()
                .filter(line -> line.startsWith(Trainer.ERROR))
                .map(line -> line.substring(Trainer.ERROR.length()))
                .findFirst()
                .orElse("the trainer ended with " + process.exitValue());
    }
}
