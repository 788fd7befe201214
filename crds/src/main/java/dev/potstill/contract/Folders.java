package dev.potstill.contract;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Whole folders: renamed so that they survive a power cut, and deleted. */
final class Folders {
    private Folders() {}

    /** Brings every file and folder to the disk before the rename, and the rename itself after it. */
    static void moveDurably(Path from, Path to) throws IOException {
        for (Path path : below(from)) {
            flush(path);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        flush(Objects.requireNonNull(to.getParent()));
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            for (Path path : below(folder)) {
                Files.delete(path);
            }
        }
    }

    /** Children before their parents. */
    private static List<Path> below(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        }
    }

    private static void flush(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
