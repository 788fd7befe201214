package dev.potstill.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.potstill.cli.screen.Terminal;
import dev.potstill.pipeline.Retries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A folder as after a build, with the fake trainer in the real one's place, and a manifest to run. */
final class Home {
    private static final String MANIFEST = """
            apiVersion: potstill.dev/v1alpha1
            kind: DistillationRun
            metadata: {name: tiny}
            spec:
              teachers: [{name: t, model: builtin://teacher}]
              student: {model: builtin://start}
              data: {sources: [{uri: builtin://problems, format: PromptJsonl}]}
              stages: [Data, Feature, Response, Evaluation]
              training: {batchSize: 8, gradientAccumulation: 1}
              evaluation: {suites: [WordProblems, Perplexity]}
            """;

    final Path folder;
    final Path manifest;
    final Path workspace;
    final Path trainer;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    Optional<Integer> columns = Optional.empty();

    Home(Path folder) {
        this.folder = folder;
        this.manifest = folder.resolve("run.yaml");
        this.workspace = folder.resolve(".potstill/tiny");
        this.trainer =
                folder.resolve("trainer-image/target/potstill-trainer-%s.jar".formatted(Commands.Version.number()));
        try {
            Files.writeString(manifest, MANIFEST);
            Path built = Files.createDirectories(folder.resolve("trainer-image/target"));
            Files.writeString(built.resolve("classpath"), System.getProperty("java.class.path"));
            jar(trainer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void jar(Path file) throws IOException {
        Path classes = Path.of("target/test-classes/dev/potstill/trainer");
        try (var jar = new JarOutputStream(Files.newOutputStream(file));
                var entries = Files.list(classes)) {
            for (Path entry : entries.sorted().toList()) {
                jar.putNextEntry(new JarEntry("dev/potstill/trainer/" + entry.getFileName()));
                Files.copy(entry, jar);
            }
        }
    }

    /** What the fake trainer is to do, such as {@code Feature=block}. */
    void behaviour(String properties) {
        try {
            Files.createDirectories(workspace);
            Files.writeString(workspace.resolve("fake.properties"), properties);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int potstill(String... arguments) {
        out.reset();
        err.reset();
        var surroundings = new Surroundings(
                "potstill",
                folder,
                folder,
                new Terminal(new PrintStream(out, true, UTF_8), columns, false),
                new Terminal(new PrintStream(err, true, UTF_8), Optional.empty(), false),
                Clock.systemUTC(),
                new Retries(3, Duration.ZERO, Duration.ofSeconds(10)),
                new Bell());
        return Main.execute(surroundings, arguments);
    }

    int run(String... more) {
        var arguments = new ArrayList<>(List.of("run", manifest.toString()));
        arguments.addAll(List.of(more));
        return potstill(arguments.toArray(String[]::new));
    }

    /** The command line as a process of its own. */
    Process spawn(String... arguments) throws IOException {
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dpotstill.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.potstill.cli.Main"));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    String shown() {
        return out.toString(UTF_8);
    }

    String complained() {
        return err.toString(UTF_8);
    }

    /** Each start of the trainer: its stage and attempt. */
    List<String> started() {
        try {
            Path file = workspace.resolve("started");
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void forgetStarts() throws IOException {
        Files.deleteIfExists(workspace.resolve("started"));
    }
}
