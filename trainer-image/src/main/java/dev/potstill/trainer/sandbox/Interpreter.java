package dev.potstill.trainer.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The Python of this machine. */
final class Interpreter {
    private Interpreter() {}

    /** The interpreter itself: what stands on the path may be a script that looks for it. */
    static Optional<String> find(String path) {
        for (String folder : path.split(":")) {
            Path candidate = Path.of(folder).resolve("python3");
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                try {
                    Process process = new ProcessBuilder(
                                    candidate.toString(), "-I", "-c", "import sys; print(sys.executable)")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
                    process.getOutputStream().close();
                    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                    if (process.waitFor() == 0 && !said.isEmpty()) {
                        return Optional.of(said);
                    }
                } catch (IOException e) {
                    continue; // not one that starts
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
        }
        return Optional.empty();
    }

    static IllegalStateException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", cause);
    }
}
