package dev.potstill.trainer.signals;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Rows of one type and width, appended as they are computed and mapped to be read: no file is ever in memory as a whole. */
final class SignalFile implements AutoCloseable {
    /** Written at a time, as a single write takes at most 2 GiB. */
    private static final long PIECE = 1L << 28;

    private final Path path;
    private final ElementType type;
    private final long width;
    private final Arena arena = Arena.ofShared();
    private final FileChannel channel;
    private MemorySegment mapped = MemorySegment.NULL;

    private SignalFile(Path path, ElementType type, long width, FileChannel channel) {
        this.path = path;
        this.type = type;
        this.width = width;
        this.channel = channel;
    }

    /** Opens a file that holds {@code rows} good rows; what was written after them is cut off. */
    static SignalFile open(Path path, ElementType type, long width, long rows) {
        try {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            SignalFile file = new SignalFile(path, type, width, channel);
            if (channel.size() < rows * file.rowBytes()) {
                throw new IOException("it is shorter than it was");
            }
            channel.truncate(rows * file.rowBytes());
            return file;
        } catch (IOException e) {
            throw broken(path, e);
        }
    }

    private long rowBytes() {
        return width * type.bytes();
    }

    /** Appends rows [n, width]. */
    void append(Tensor rows) {
        try (Scope scope = Scope.open()) {
            MemorySegment data = Ops.contiguous(scope, rows, type).data();
            long at = channel.size();
            for (long from = 0; from < data.byteSize(); from += PIECE) {
                ByteBuffer piece = data.asSlice(from, Math.min(PIECE, data.byteSize() - from))
                        .asByteBuffer();
                while (piece.hasRemaining()) {
                    at += channel.write(piece, at);
                }
            }
        } catch (IOException e) {
            throw broken(path, e);
        }
    }

    void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw broken(path, e);
        }
    }

    /** Maps all rows for {@link #rows}. */
    SignalFile map() {
        try {
            mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return this;
        } catch (IOException e) {
            throw broken(path, e);
        }
    }

    /** Rows [count, width], over the mapped file: valid while this is open. */
    Tensor rows(Scope scope, long from, long count) {
        MemorySegment data = mapped.asSlice(from * rowBytes(), count * rowBytes());
        return Tensor.over(scope, data, type, count, width);
    }

    private static Problem broken(Path path, IOException e) {
        return new Problem(
                ExitCode.STORAGE,
                path + ": " + e.getMessage() + "; free or add space, or delete this file, and run again",
                e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw broken(path, e);
        } finally {
            arena.close();
        }
    }
}
