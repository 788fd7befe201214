package dev.potstill.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says that this process works in a workspace; the operating system takes it back when the process ends, however it ends. A runner
 * holds {@code runner}, a trainer {@code trainer}; trainers that share a stage hold that together, and a lock of the stage's name while
 * they are at it; one of them holds {@code sealing}, or {@code settling} for a moment.
 */
public final class WorkspaceLock implements AutoCloseable {
    private final FileChannel channel;

    private WorkspaceLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws Problem naming the process that holds it */
    public static WorkspaceLock take(WorkspaceLayout workspace, String holder) {
        return take(workspace, holder, false);
    }

    /** Beside others that share it. */
    public static WorkspaceLock share(WorkspaceLayout workspace, String holder) {
        return take(workspace, holder, true);
    }

    /** Waits until no other process holds it. */
    public static WorkspaceLock await(WorkspaceLayout workspace, String holder) {
        return await(workspace, holder, false);
    }

    /** Waits until no other process holds it but those that share it. */
    public static WorkspaceLock awaitShare(WorkspaceLayout workspace, String holder) {
        return await(workspace, holder, true);
    }

    private static WorkspaceLock await(WorkspaceLayout workspace, String holder, boolean shared) {
        Path file = workspace.lock(holder);
        try {
            var channel = open(file);
            channel.lock(0, Long.MAX_VALUE, shared);
            return new WorkspaceLock(channel);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private static WorkspaceLock take(WorkspaceLayout workspace, String holder, boolean shared) {
        Path file = workspace.lock(holder);
        try {
            var channel = open(file);
            if (tryLock(channel, shared) == null) {
                channel.close();
                throw new Problem(
                        ExitCode.STOPPED,
                        "%s is in use by another %s, process %s: wait until it ends, or stop it"
                                .formatted(workspace.root(), holder, Files.readString(file)));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(me().getBytes(UTF_8)));
            return new WorkspaceLock(channel);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    /** The id of this process, and of what machine or pod where that is told: in a pod all have the same. */
    private static String me() {
        String host = System.getenv("HOSTNAME");
        long id = ProcessHandle.current().pid();
        return host == null ? Long.toString(id) : "%d of %s".formatted(id, host);
    }

    /** The id of the process that holds it now, if any does. */
    public static Optional<String> holder(WorkspaceLayout workspace, String holder) {
        Path file = workspace.lock(holder);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return tryLock(channel, false) == null
                    ? Optional.of(Files.readString(file).split(" ", 2)[0])
                    : Optional.empty();
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static @Nullable FileLock tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }
}
