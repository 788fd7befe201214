package dev.potstill.trainer.signals;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** A file of frames that one process appends to: what it had written before it was ended stays readable. */
final class Segment implements AutoCloseable {
    /** Begun anew when it has grown so large, so that what is not used can go piece by piece. */
    static final long FULL = 1L << 30;

    private static final Pattern NAME = Pattern.compile("(\\d{8})-.*\\.rows");

    private final Path file;
    private final FileChannel channel;

    private Segment(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Its place among those of its kind, by its name; none of a file that is something else. */
    static OptionalInt number(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? OptionalInt.of(Integer.parseInt(name.group(1))) : OptionalInt.empty();
    }

    /** A name that no other has, of a file that comes after this many. */
    static String name(int number) {
        return "%08d-%s.rows".formatted(number, UUID.randomUUID().toString().substring(0, 8));
    }

    @SuppressWarnings("MustBeClosedChecker") // handed to the segment, which closes it
    static Segment create(Path file) throws IOException {
        return new Segment(file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    Path file() {
        return file;
    }

    boolean isFull() throws IOException {
        return channel.size() >= FULL;
    }

    /** Appends the rows [n, width] of each column, and returns when they are on the disk. */
    void append(List<Column> columns, Frame.Contents contents, List<Tensor> rows) throws IOException {
        try (Scope scope = Scope.open()) {
            List<MemorySegment> parts = new ArrayList<>();
            CRC32C checksum = new CRC32C();
            for (int c = 0; c < columns.size(); c++) {
                MemorySegment data = Ops.contiguous(
                                scope, rows.get(c), columns.get(c).type())
                        .data();
                MemorySegment padding = MemorySegment.ofArray(
                        new byte[Math.toIntExact(Frame.aligned(data.byteSize()) - data.byteSize())]);
                parts.addAll(List.of(data, padding));
                Frame.update(checksum, data);
                Frame.update(checksum, padding);
            }
            long bytes = Frame.dataBytes(columns, contents);
            long at = write(Frame.head(contents, bytes, (int) checksum.getValue()), channel.size());
            for (MemorySegment part : parts) {
                for (ByteBuffer piece : Frame.pieces(part)) {
                    at = write(piece, at);
                }
            }
            channel.force(false);
        }
    }

    private long write(ByteBuffer bytes, long at) throws IOException {
        long to = at;
        while (bytes.hasRemaining()) {
            to += channel.write(bytes, to);
        }
        return to;
    }

    static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
