package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.potstill.contract.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads the values of a GGUF header one after the other; a {@link Problem} where the file ends too early. */
final class GgufCursor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ARRAY = 9;

    private final Path file;
    private final MemorySegment bytes;
    private long at;

    GgufCursor(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /** Bytes read so far. */
    long at() {
        return at;
    }

    int int32(String what) {
        return bytes.get(INT, take(4, what));
    }

    long int64(String what) {
        return bytes.get(LONG, take(8, what));
    }

    /** A count of things that take at least {@code bytesEach} of the file, so that a damaged one is found before it is believed. */
    int count(long bytesEach, String what) {
        long count = int64(what);
        if (count < 0 || count > Integer.MAX_VALUE || count > (bytes.byteSize() - at) / bytesEach) {
            throw bad("gives %s %s; expected no more than the file's %d bytes hold"
                    .formatted(Long.toUnsignedString(count), what, bytes.byteSize()));
        }
        return (int) count;
    }

    String string(String what) {
        int length = count(1, "characters in " + what);
        return new String(
                bytes.asSlice(take(length, what), length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    JsonNode value(String key) {
        return value(int32("the type of " + key), key);
    }

    private JsonNode value(int type, String key) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (type) {
            case 0 -> json.numberNode(Byte.toUnsignedInt(int8(key)));
            case 1 -> json.numberNode(int8(key));
            case 2 -> json.numberNode(Short.toUnsignedInt(bytes.get(SHORT, take(2, key))));
            case 3 -> json.numberNode(bytes.get(SHORT, take(2, key)));
            case 4 -> json.numberNode(Integer.toUnsignedLong(int32(key)));
            case 5 -> json.numberNode(int32(key));
            case 6 -> json.numberNode(Float.intBitsToFloat(int32(key)));
            case 7 -> json.booleanNode(int8(key) != 0);
            case 8 -> json.textNode(string(key));
            case ARRAY -> array(key);
            case 10, 11 -> json.numberNode(int64(key));
            case 12 -> json.numberNode(Double.longBitsToDouble(int64(key)));
            default -> throw bad("gives %s the value type %d; expected 0 to 12".formatted(key, type));
        };
    }

    private ArrayNode array(String key) {
        int type = int32("the element type of " + key);
        if (type == ARRAY) {
            throw bad("makes %s a list of lists; expected a list of plain values".formatted(key));
        }
        int count = count(1, "elements in " + key);
        ArrayNode array = JsonNodeFactory.instance.arrayNode(count);
        for (int i = 0; i < count; i++) {
            array.add(value(type, key));
        }
        return array;
    }

    private byte int8(String what) {
        return bytes.get(ValueLayout.JAVA_BYTE, take(1, what));
    }

    private long take(long count, String what) {
        if (count > bytes.byteSize() - at) {
            throw bad("is cut off: it ends after %d bytes, within %s".formatted(bytes.byteSize(), what));
        }
        at += count;
        return at - count;
    }

    Problem bad(String found) {
        return Problem.rejected(file + " " + found);
    }
}
