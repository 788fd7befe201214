package dev.potstill.cli;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.contract.TrainerJvm;
import dev.potstill.contract.TrainerVersion;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The trainer as it is built: its jar, and those it stands on. */
record Trainer(Path jar, String classpath, String version) {
    /** How it begins the line that says what went wrong. */
    static final String ERROR = "error: ";

    private static final String MAIN = "dev.potstill.trainer.Main";

    /** Ctrl-C reaches every process of the terminal: the runner hears it, and asks the trainer to stop in its own way. */
    private static final List<String> DEAF_TO_INTERRUPTS = List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");

    /** @param home the folder that holds the project's modules */
    static Trainer below(Path home) {
        Path built = home.resolve("trainer-image").resolve("target");
        // Those of other versions may be left beside it.
        Path jar = built.resolve("potstill-trainer-%s.jar".formatted(Commands.Version.number()));
        if (!Files.exists(jar)) {
            throw missing(built, new IOException("no " + jar.getFileName()));
        }
        try {
            return new Trainer(jar, Files.readString(built.resolve("classpath")).strip(), TrainerVersion.of(jar));
        } catch (IOException e) {
            throw missing(built, e);
        }
    }

    /** Where what is fetched is kept for all workspaces of this user; empty where there is no home. */
    private static Optional<Path> cache(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
                .filter(folder -> !folder.isBlank())
                .or(() -> Optional.ofNullable(environment.get("HOME"))
                        .filter(home -> !home.isBlank())
                        .map(home -> home + "/.cache"))
                .map(folder -> Path.of(folder, "potstill"));
    }

    private static Problem missing(Path built, IOException cause) {
        return new Problem(
                ExitCode.STORAGE,
                "There is no trainer in %s (%s): build it, or start potstill by its script, which does"
                        .formatted(built, cause.getMessage()),
                cause);
    }

    /** What does a stage, once it is started. */
    ProcessBuilder process(TrainerCommand command) {
        return process(DEAF_TO_INTERRUPTS, command.arguments());
    }

    /** What answers these arguments, once it is started. */
    ProcessBuilder process(List<String> arguments) {
        return process(List.of(), arguments);
    }

    private ProcessBuilder process(List<String> before, List<String> arguments) {
        var line = new ArrayList<>(before);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(TrainerJvm.FLAGS);
        line.addAll(List.of("-cp", jar + File.pathSeparator + classpath, MAIN));
        line.addAll(arguments);
        var builder = new ProcessBuilder(line)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        cache(environment).ifPresent(cache -> environment.putIfAbsent(TrainerCommand.CACHE, cache.toString()));
        return builder;
    }
}
