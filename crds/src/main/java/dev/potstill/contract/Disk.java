package dev.potstill.contract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Files and folders that are there whole or not at all, whatever ends the process or the machine. */
public final class Disk {
    private Disk() {}

    /** Writes a text file in the place of any of its name. */
    public static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".unfinished");
        try (var channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        move(fresh, file);
    }

    /**
     * Brings a file, or a folder with all below it, to the disk and then renames it: in the place of an earlier file, but not of a
     * folder that is not empty.
     */
    public static void move(Path from, Path to) throws IOException {
        for (Path path : below(from)) {
            flush(path);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        flush(Objects.requireNonNull(to.toAbsolutePath().getParent()));
    }

    /** Whether whoever runs this may not write there: no space, once freed, would help. */
    public static boolean isWithheld(IOException cause) {
        return cause instanceof AccessDeniedException || isReadOnly(String.valueOf(cause.getMessage()));
    }

    /** Whether that is what an error says, as Linux puts it. */
    public static boolean isReadOnly(String message) {
        return message.toLowerCase(Locale.ROOT).contains("read-only file system");
    }

    /** Deletes a file, or a folder with all below it, if it is there. */
    public static void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            for (Path each : below(path)) {
                Files.delete(each);
            }
        }
    }

    /** Children before their parents. */
    private static List<Path> below(Path path) throws IOException {
        try (var paths = Files.walk(path)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        }
    }

    private static void flush(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
