package dev.potstill.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line as users start it, in front of the cluster that KUBECONFIG names.
 *
 * @param script potstill, or kubectl-potstill
 */
record CommandLine(Path script, String namespace) {

    record Ended(int exitCode, String out, String err) {}

    /** Output goes to files, so that nothing waits for a reader. */
    Ended run(String... arguments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("potstill-e2e-");
        var line = new ArrayList<>(List.of(script.toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--namespace", namespace));
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        int exitCode = process.waitFor();
        return new Ended(exitCode, Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }
}
