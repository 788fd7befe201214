package dev.potstill.trainer.fetch;

import dev.potstill.contract.Disk;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fetched files by their content, each once, whoever uses it:
 *
 * <pre>
 * blobs/sha256-1a2b…       whole and checked
 * blobs/sha256-1a2b….part  what has come so far
 * locks/sha256-1a2b…       held by who fetches it
 * </pre>
 */
record Blobs(Path cache) {
    private static final Duration GLANCE = Duration.ofMillis(200);

    Path file(Pin pin, RemoteFile file) {
        return cache.resolve("blobs").resolve(name(pin, file));
    }

    Path part(Pin pin, RemoteFile file) {
        Path whole = file(pin, file);
        return whole.resolveSibling(whole.getFileName() + ".part");
    }

    /** A server's own name for a content says nothing elsewhere. */
    private static String name(Pin pin, RemoteFile file) {
        return file.digest().startsWith("etag:")
                ? "etag-"
                        + Sha256.of(String.join(
                                "\n",
                                List.of(
                                        place(pin.location()),
                                        file.path(),
                                        file.digest(),
                                        Long.toString(file.bytes()))))
                : file.digest().replace(':', '-');
    }

    private static String place(String location) {
        int bucket = location.indexOf("://") + 3;
        int end = location.indexOf('/', bucket);
        return end < 0 ? location : location.substring(0, end);
    }

    boolean has(Pin pin, RemoteFile file) throws IOException {
        Path blob = file(pin, file);
        return Files.isRegularFile(blob) && Files.size(blob) == file.bytes();
    }

    /** Bytes that have not come yet. */
    long missing(Pin pin, RemoteFile file) throws IOException {
        if (has(pin, file)) {
            return 0;
        }
        return Math.max(0, file.bytes() - size(part(pin, file)));
    }

    static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    void keep(Pin pin, RemoteFile file) throws IOException {
        Disk.move(part(pin, file), file(pin, file));
    }

    /** Waits while another fetches the same file. */
    FileChannel lock(Pin pin, RemoteFile file, StopSignal stop) throws IOException {
        Path lock = cache.resolve("locks").resolve(name(pin, file));
        Files.createDirectories(Objects.requireNonNull(lock.getParent()));
        Files.createDirectories(cache.resolve("blobs"));
        FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            while (held(channel) == null) {
                stop.pause(GLANCE);
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock held(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by this very process
        }
    }
}
