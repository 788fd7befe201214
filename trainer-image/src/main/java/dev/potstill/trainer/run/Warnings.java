package dev.potstill.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a stage warns of: told at once, and kept in a file until the stage is done, whichever attempt or trainer warned.
 *
 * @param file below the stage's work in progress, a warning a line
 */
public record Warnings(Path file, Consumer<String> told) implements Consumer<String> {
    private static final String NAME = "warnings";

    /** @param partial the stage's folder of work in progress */
    public static Warnings keptIn(Path partial, Consumer<String> told) {
        return new Warnings(partial.resolve(NAME), told);
    }

    @Override
    public void accept(String warning) {
        told.accept(warning);
        keep(warning);
    }

    /** Keeps what was told before it was known of which stage. */
    public void keep(String warning) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    warning.replaceAll("\\R", " ") + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            // It was told; a disk that is full is met elsewhere.
        }
    }

    /** What was warned of in this folder: each once, in the order they were first told. */
    public static List<String> in(Path partial) {
        Path file = partial.resolve(NAME);
        if (!Files.exists(file)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.distinct().toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
