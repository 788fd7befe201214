package dev.potstill.trainer.signals;

import dev.potstill.contract.Disk;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which kinds of signals the trainers of a workspace read just now: a file a trainer, which names them and which it holds locked. The
 * operating system lets go of the lock when the trainer ends, however it ends.
 */
final class Readers implements AutoCloseable {
    private final Path folder;
    private final Path own;
    private final @Nullable FileChannel channel;
    private final Set<String> kinds = new LinkedHashSet<>();

    private Readers(Path folder, Path own, @Nullable FileChannel channel) {
        this.folder = folder;
        this.own = own;
        this.channel = channel;
    }

    /** Where the folder cannot be written, nothing can be deleted from here either, and nobody need be told. */
    static Readers enter(Path folder) {
        Path own = folder.resolve(UUID.randomUUID().toString());
        try {
            Files.createDirectories(folder);
            while (true) {
                Optional<FileChannel> entered = held(own);
                if (entered.isPresent()) {
                    return new Readers(folder, own, entered.get());
                }
            }
        } catch (IOException e) {
            if (Disk.isWithheld(e)) {
                return new Readers(folder, own, null);
            }
            throw Problem.storage(own, e);
        }
    }

    /** A file of this name and held: it gets its name when it is, for the others clear away what nobody holds; none if they just did. */
    private static Optional<FileChannel> held(Path own) throws IOException {
        Path fresh = own.resolveSibling(own.getFileName() + ".entering");
        FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel);
            Files.move(fresh, own, StandardCopyOption.ATOMIC_MOVE);
            return Optional.of(channel);
        } catch (NoSuchFileException e) {
            channel.close();
            return Optional.empty();
        }
    }

    private static void lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                channel.lock();
                return;
            } catch (OverlappingFileLockException e) {
                Thread.onSpinWait(); // another thread of this very process looks whether it is held
            }
        }
    }

    /** Whether the others know of this one. */
    boolean isEntered() {
        return channel != null;
    }

    /** Tells the others before the first file of the kind is looked at. */
    void announce(String kind) {
        if (kinds.add(kind) && channel != null) {
            try {
                channel.write(StandardCharsets.UTF_8.encode(kind + "\n"), channel.size());
            } catch (IOException e) {
                throw Problem.storage(own, e);
            }
        }
    }

    /** What the other trainers read; the files of those that have ended are cleared away. */
    Set<String> others() throws IOException {
        Set<String> read = new LinkedHashSet<>();
        if (!isEntered()) {
            return read;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(other -> !other.equals(own)).toList()) {
                if (isHeld(file)) {
                    read.addAll(lines(file));
                } else {
                    Files.deleteIfExists(file);
                }
            }
        }
        return read;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of(); // ended just now
        }
    }

    private static boolean isHeld(Path file) throws IOException {
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return other.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true; // by this very process
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
            Files.deleteIfExists(own);
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }
}
