package dev.potstill.trainer.weights;

import dev.potstill.contract.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file mapped read-only, and the arena that holds the map and what is made beside it; both end at {@link #close}. */
record MappedFile(Path path, Arena arena, MemorySegment bytes) implements AutoCloseable {

    @SuppressWarnings("MustBeClosedChecker") // handed to the record, which closes it
    static MappedFile open(Path file, String expected) {
        if (!Files.isRegularFile(file)) {
            throw Problem.rejected("%s: no such file; expected %s".formatted(file, expected));
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file)) {
            return new MappedFile(file, arena, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException e) {
            arena.close();
            throw Problem.rejected("%s: cannot be read (%s); expected %s".formatted(file, e, expected));
        }
    }

    void unload() {
        bytes.unload();
    }

    @Override
    public void close() {
        arena.close();
    }
}
