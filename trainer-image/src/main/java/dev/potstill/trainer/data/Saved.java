package dev.potstill.trainer.data;

import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Numbered pieces of a long piece of work, each a file that is there whole or not at all: what a process leaves behind that ends
 * before all is done.
 *
 * @param <T> of what a piece is a list
 */
record Saved<T>(Path folder, Class<T> type) {

    Saved {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    boolean has(int piece) {
        return Files.exists(file(piece));
    }

    List<T> get(int piece) {
        try (Stream<T> values = JsonLines.read(file(piece), type)) {
            return values.toList();
        }
    }

    /** Reads a piece, or makes and keeps it. */
    List<T> get(int piece, Supplier<List<T>> make) {
        if (has(piece)) {
            return get(piece);
        }
        List<T> made = new ArrayList<>(make.get());
        Path unfinished = folder.resolve("unfinished");
        try (JsonLines out = JsonLines.write(unfinished)) {
            made.forEach(out::add);
        }
        rename(unfinished, file(piece));
        return made;
    }

    private Path file(int piece) {
        return folder.resolve("%06d.jsonl".formatted(piece));
    }

    /** A rename that a power failure does not undo. */
    static void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            try (var parent = FileChannel.open(to.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
        } catch (IOException e) {
            throw Problem.storage(to, e);
        }
    }
}
