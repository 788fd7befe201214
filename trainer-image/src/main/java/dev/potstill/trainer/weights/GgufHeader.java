package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands before the tensors of a GGUF file: its settings by key, and where each tensor lies. Source: the GGUF specification,
 * versions 2 and 3, little-endian.
 */
record GgufHeader(Map<String, JsonNode> settings, Map<String, GgufTensor> tensors) {
    private static final int MAGIC = 0x46554747; // "GGUF"
    private static final int DEFAULT_ALIGNMENT = 32;

    /** A tensor as listed, before it is known where the data begins. */
    private record Listed(String name, GgmlType type, List<Long> shape, long offset) {}

    static GgufHeader read(Path file, MemorySegment bytes) {
        GgufCursor cursor = new GgufCursor(file, bytes);
        int magic = cursor.int32("the magic number");
        if (magic != MAGIC) {
            throw cursor.bad("begins with 0x%08x; expected 0x%08x (\"GGUF\")".formatted(magic, MAGIC));
        }
        int version = cursor.int32("the version");
        if (version != 2 && version != 3) {
            throw cursor.bad("is of GGUF version %s; expected 2 or 3, little-endian"
                    .formatted(Integer.toUnsignedString(version)));
        }
        int tensors = cursor.count(8 + 4 + 4 + 8, "tensors");
        int settings = cursor.count(8 + 4 + 1, "settings");
        Map<String, JsonNode> values = settings(cursor, settings);
        List<Listed> listed = new ArrayList<>();
        for (int i = 0; i < tensors; i++) {
            listed.add(listed(cursor));
        }
        int alignment = values.containsKey("general.alignment")
                ? values.get("general.alignment").asInt()
                : DEFAULT_ALIGNMENT;
        if (Integer.bitCount(alignment) != 1) {
            throw cursor.bad("gives general.alignment %d; expected a power of two".formatted(alignment));
        }
        return new GgufHeader(values, tensors(cursor, listed, bytes, alignment));
    }

    private static Map<String, JsonNode> settings(GgufCursor cursor, int count) {
        Map<String, JsonNode> settings = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String key = cursor.string("the name of setting " + i);
            settings.put(key, cursor.value(key));
        }
        return settings;
    }

    private static Listed listed(GgufCursor cursor) {
        String name = cursor.string("a tensor's name");
        int dimensions = cursor.int32("tensor " + name);
        if (dimensions < 1 || dimensions > 4) {
            throw cursor.bad("gives tensor %s %d dimensions; expected 1 to 4".formatted(name, dimensions));
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            shape.add(cursor.int64("tensor " + name));
        }
        Collections.reverse(shape); // GGUF lists the fastest dimension first
        int type = cursor.int32("tensor " + name);
        GgmlType known = GgmlType.of(type)
                .orElseThrow(() -> cursor.bad(
                        "gives tensor %s the type %d; expected one of %s".formatted(name, type, GgmlType.known())));
        long row = shape.getLast();
        if (shape.stream().anyMatch(d -> d < 1) || row % known.blockElements() != 0) {
            throw cursor.bad("gives tensor %s the shape %s; expected rows of whole blocks of %d for %s"
                    .formatted(name, shape, known.blockElements(), known));
        }
        return new Listed(name, known, List.copyOf(shape), cursor.int64("tensor " + name));
    }

    private static Map<String, GgufTensor> tensors(
            GgufCursor cursor, List<Listed> listed, MemorySegment bytes, long alignment) {
        long start = Math.ceilDiv(cursor.at(), alignment) * alignment;
        Map<String, GgufTensor> tensors = new LinkedHashMap<>();
        for (Listed tensor : listed) {
            long size = bytes(cursor, tensor);
            long room = bytes.byteSize() - start;
            if (tensor.offset() < 0 || tensor.offset() % alignment != 0 || size > room - tensor.offset()) {
                throw cursor.bad(
                        "is cut off or damaged: tensor %s takes %d bytes from %d of the data; it holds %d there"
                                .formatted(tensor.name(), size, tensor.offset(), Math.max(0, room)));
            }
            MemorySegment slice = bytes.asSlice(start + tensor.offset(), size);
            if (tensors.put(tensor.name(), new GgufTensor(tensor.type(), tensor.shape(), slice)) != null) {
                throw cursor.bad("lists tensor %s twice; expected it once".formatted(tensor.name()));
            }
        }
        return tensors;
    }

    private static long bytes(GgufCursor cursor, Listed tensor) {
        try {
            long elements = tensor.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
            return Math.multiplyExact(elements / tensor.type().blockElements(), (long)
                    tensor.type().blockBytes());
        } catch (ArithmeticException e) {
            throw cursor.bad("gives tensor %s the shape %s; expected one that fits in a file"
                    .formatted(tensor.name(), tensor.shape()));
        }
    }
}
