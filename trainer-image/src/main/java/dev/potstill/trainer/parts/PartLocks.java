package dev.potstill.trainer.parts;

import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Who is at which part: the n-th byte of an empty file is locked by whoever is at part n. The system takes a lock back when its process
 * ends, however it ends, also on network file systems that have locks.
 *
 * <p>A process has one of these a file: when it closes one, the system takes back the locks of all.
 */
final class PartLocks implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private PartLocks(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static PartLocks in(Path file) {
        try {
            Files.createDirectories(file.getParent());
            return new PartLocks(
                    file,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    /** A part that nobody else is at, until closed. */
    record Taken(PartLocks locks, FileLock lock) implements AutoCloseable {
        @Override
        public void close() {
            try {
                lock.release();
            } catch (IOException e) {
                throw Problem.storage(locks.file, e);
            }
        }
    }

    Optional<Taken> take(int part) {
        try {
            return Optional.ofNullable(channel.tryLock(part, 1, false)).map(lock -> new Taken(this, lock));
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // held by this very process
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    boolean isFree(int part) {
        Optional<Taken> taken = take(part);
        taken.ifPresent(Taken::close);
        return taken.isPresent();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The locks go with the process at the latest.
        }
    }
}
