package dev.potstill.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command as a user gives it. */
record Potstill(Path root) {
    /** What a command printed, and how it ended. */
    record Result(int exit, String out, String err) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    /** The repository this test is part of. */
    static Potstill here() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("potstill"))) {
            at = at.getParent();
            if (at == null) {
                throw new AssertionError("the potstill script was not found above this folder");
            }
        }
        return new Potstill(at);
    }

    Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("potstill").toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("potstill", ".out");
        Path err = Files.createTempFile("potstill", ".err");
        try {
            int exit = new ProcessBuilder(command)
                    .directory(root.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start()
                    .waitFor();
            return new Result(exit, Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    String example(String name) {
        return root.resolve("examples").resolve(name).resolve("run.yaml").toString();
    }
}
