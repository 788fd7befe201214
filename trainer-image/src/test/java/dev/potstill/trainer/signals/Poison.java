package dev.potstill.trainer.signals;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.potstill.contract.Json;
import dev.potstill.trainer.signals.Frame.Contents;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Signals that are as they were written and no numbers, as those of a broken teacher would be. */
public final class Poison {
    private static final int JSON_LENGTH = 8;
    private static final int DATA_LENGTH = 16;
    private static final int JSON = 32;

    private Poison() {}

    /** The first value of the first sample in a segment. */
    public static void first(Path segment) throws IOException {
        byte[] file = Files.readAllBytes(segment);
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int json = Math.toIntExact(bytes.getLong(JSON_LENGTH));
        int from = Math.toIntExact(Frame.aligned(JSON + (long) json));
        int length = Math.toIntExact(bytes.getLong(DATA_LENGTH));
        bytes.putFloat(from, Float.NaN);
        var checksum = new CRC32C();
        Frame.update(checksum, MemorySegment.ofArray(file).asSlice(from, length));
        Contents contents = Json.parse(new String(file, JSON, json, UTF_8), Contents.class);
        bytes.put(0, Frame.head(contents, length, (int) checksum.getValue()), 0, from);
        Files.write(segment, file);
    }
}
