package dev.potstill.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The trainer as a process of its own, as a runner or a pod starts it. */
record TrainerProcess(Process process, Path out, Path err) {
    private static final int PATIENCE_MINUTES = 5;

    record Ended(int code, String err) {}

    static TrainerProcess start(Path folder, List<String> arguments) throws IOException {
        return start(folder, List.of(), List.of(), arguments);
    }

    /**
     * @param before words that the command stands behind, such as a shell that sets a limit
     * @param flags further ones of the virtual machine
     */
    static TrainerProcess start(Path folder, List<String> before, List<String> flags, List<String> arguments)
            throws IOException {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m"));
        words.addAll(flags);
        words.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        words.addAll(arguments);
        Path err = Files.createTempFile(folder, "err", ".txt");
        Path out = Files.createTempFile(folder, "out", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectError(err.toFile()).redirectOutput(out.toFile());
        // Threads that spin while they wait for each other starve whatever else runs on this machine.
        builder.environment().putAll(Map.of("OMP_WAIT_POLICY", "PASSIVE"));
        return new TrainerProcess(builder.start(), out, err);
    }

    /** What the log of its pod would have of its work. */
    List<String> told() throws IOException {
        return Files.readAllLines(out);
    }

    Ended end() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("the trainer does not end: " + Files.readString(err));
        }
        return new Ended(process.exitValue(), Files.readString(err));
    }
}
