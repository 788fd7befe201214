package dev.potstill.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The repository these tests are part of. */
record Project(Path root) {
    static Project here() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("potstill"))) {
            at = at.getParent();
            if (at == null) {
                throw new AssertionError("the potstill script was not found above this folder");
            }
        }
        return new Project(at);
    }

    Path example(String name) {
        return root.resolve("examples").resolve(name).resolve("run.yaml");
    }

    /** Every stage, in seconds each. */
    Path smallRun() {
        return root.resolve("e2e/src/test/resources/small.yaml");
    }

    /** The status that {@code ./potstill run} tells of an example: of the run that its own test did with this build, or of one more. */
    JsonNode localStatus(String name) throws IOException, InterruptedException {
        Path told = root.resolve("examples/target").resolve(name + "-status.json");
        if (!isOfThisBuild(told)) {
            runHere(name, told);
        }
        return new ObjectMapper().readTree(told.toFile());
    }

    private void runHere(String name, Path told) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("potstill-local-");
        Path out = folder.resolve("status.json");
        Process run = new ProcessBuilder(
                        root.resolve("potstill").toString(),
                        "run",
                        example(name).toString(),
                        "--workspace",
                        folder.toString(),
                        "--json")
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (run.waitFor() != 0) {
            throw new AssertionError("potstill run of " + name + " ended with " + run.exitValue());
        }
        Files.createDirectories(told.getParent());
        Files.copy(out, told, StandardCopyOption.REPLACE_EXISTING);
    }

    private boolean isOfThisBuild(Path told) throws IOException {
        Path trainer = root.resolve("trainer-image/target/potstill-trainer-0.1.0.jar");
        return Files.exists(told)
                && Files.exists(trainer)
                && Files.getLastModifiedTime(told).compareTo(Files.getLastModifiedTime(trainer)) > 0;
    }
}
