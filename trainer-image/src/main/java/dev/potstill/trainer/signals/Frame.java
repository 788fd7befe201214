package dev.potstill.trainer.signals;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.potstill.contract.Json;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/**
 * The signals of some samples as they stand in a {@link Segment}: a preamble of 32 bytes, the {@link Contents}, then the rows of each
 * column one after the other. Contents and rows begin at multiples of 64 bytes, and each has a checksum.
 *
 * @param contents which samples
 * @param data the rows
 * @param checksum of the rows, as it was written
 * @param end where the next frame begins
 */
record Frame(Contents contents, MemorySegment data, int checksum, long end) {
    private static final long MAGIC = 0x3130_4749_5354_4F50L; // POTSIG01
    private static final int PREAMBLE = 32;
    private static final int ALIGNMENT = 64;

    /** Given to a checksum or a file at a time, as a buffer and a single write hold at most 2 GiB. */
    private static final long PIECE = 1L << 28;

    /**
     * @param keys of the samples
     * @param rows of each column, and in it of each sample
     */
    record Contents(List<String> keys, List<List<Integer>> rows) {}

    static long aligned(long at) {
        return Math.ceilDiv(at, ALIGNMENT) * ALIGNMENT;
    }

    /** Bytes of the rows of these columns, each of which begins at a multiple of 64. */
    static long dataBytes(List<Column> columns, Contents contents) {
        long bytes = 0;
        for (int c = 0; c < columns.size(); c++) {
            long rows =
                    contents.rows.get(c).stream().mapToLong(Integer::longValue).sum();
            bytes = aligned(bytes + rows * columns.get(c).rowBytes());
        }
        return bytes;
    }

    /** Bytes that a frame takes in a file. */
    static long bytes(List<Column> columns, Contents contents) {
        return aligned(PREAMBLE + json(contents).length) + dataBytes(columns, contents);
    }

    private static byte[] json(Contents contents) {
        return Json.compact(contents).getBytes(StandardCharsets.UTF_8);
    }

    /** What goes before the rows, padded. */
    static ByteBuffer head(Contents contents, long dataBytes, int checksum) {
        byte[] json = json(contents);
        ByteBuffer head = ByteBuffer.allocate(Math.toIntExact(aligned(PREAMBLE + json.length)))
                .order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(MAGIC).putLong(json.length).putLong(dataBytes).putInt(checksum);
        head.putInt(0).put(json);
        head.putInt(PREAMBLE - Integer.BYTES, headChecksum(MemorySegment.ofBuffer(head.rewind()), json.length));
        return head.rewind();
    }

    /** The frame at this place of a file, or nothing where the file ends before it does: its writer was ended. */
    static Optional<Frame> at(MemorySegment file, long at) throws IOException {
        if (at + PREAMBLE > file.byteSize()) {
            return Optional.empty();
        }
        long json = file.get(JAVA_LONG_UNALIGNED, at + 8);
        long data = file.get(JAVA_LONG_UNALIGNED, at + 16);
        boolean sound =
                file.get(JAVA_LONG_UNALIGNED, at) == MAGIC && json >= 0 && data >= 0 && data < Long.MAX_VALUE / 2;
        if (!sound || json > Integer.MAX_VALUE / 2) {
            throw new IOException("found no frame at byte " + at);
        }
        long from = at + aligned(PREAMBLE + json);
        if (from + data > file.byteSize()) {
            return Optional.empty();
        }
        int checksum = file.get(JAVA_INT_UNALIGNED, at + 24);
        if (headChecksum(file.asSlice(at), json) != file.get(JAVA_INT_UNALIGNED, at + PREAMBLE - Integer.BYTES)) {
            throw new IOException("the frame at byte " + at + " is not what was written");
        }
        String text = StandardCharsets.UTF_8
                .decode(file.asSlice(at + PREAMBLE, json).asByteBuffer())
                .toString();
        return Optional.of(
                new Frame(Json.parse(text, Contents.class), file.asSlice(from, data), checksum, from + data));
    }

    /** Whether the rows are what was written. */
    boolean isSound() {
        CRC32C found = new CRC32C();
        update(found, data);
        return (int) found.getValue() == checksum;
    }

    static void update(CRC32C checksum, MemorySegment bytes) {
        pieces(bytes).forEach(checksum::update);
    }

    /** These bytes, some of them at a time. */
    static List<ByteBuffer> pieces(MemorySegment bytes) {
        return LongStream.iterate(0, from -> from < bytes.byteSize(), from -> from + PIECE)
                .mapToObj(from -> bytes.asSlice(from, Math.min(PIECE, bytes.byteSize() - from))
                        .asByteBuffer())
                .toList();
    }

    /** Of the preamble but for this very checksum, and of the contents. */
    private static int headChecksum(MemorySegment head, long json) {
        CRC32C found = new CRC32C();
        update(found, head.asSlice(0, PREAMBLE - Integer.BYTES));
        update(found, head.asSlice(PREAMBLE, json));
        return (int) found.getValue();
    }
}
