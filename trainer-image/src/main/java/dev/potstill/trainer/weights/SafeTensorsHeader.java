package dev.potstill.trainer.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.potstill.contract.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: 8 bytes of length, that many bytes of JSON, then the data, which the tensors cover exactly once.
 * Source: the format section of the safetensors README.
 *
 * @param dataStart bytes from the start of the file to the first tensor
 */
record SafeTensorsHeader(long dataStart, Map<String, Slot> slots) {

    /** Where one tensor lies, in bytes from the start of the data. */
    record Slot(ElementType type, List<Long> shape, long begin, long end) {}

    /** The limit that the reference reader sets. */
    private static final long MAX_JSON_BYTES = 100_000_000;

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    static SafeTensorsHeader read(Path file, MemorySegment map) {
        if (map.byteSize() < 8) {
            throw bad(file, "is %d bytes long; expected at least the 8 bytes of a header length", map.byteSize());
        }
        long length = map.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (length < 2 || length > MAX_JSON_BYTES || length > map.byteSize() - 8) {
            throw bad(
                    file,
                    "gives a header length of %s bytes; expected 2 to %d in a file of %d bytes",
                    Long.toUnsignedString(length),
                    Math.clamp(map.byteSize() - 8, 0, MAX_JSON_BYTES),
                    map.byteSize());
        }
        Map<String, Slot> slots = slots(file, json(file, map.asSlice(8, length)));
        requireCovered(file, slots, map.byteSize() - 8 - length);
        return new SafeTensorsHeader(8 + length, slots);
    }

    private static JsonNode json(Path file, MemorySegment bytes) {
        String text = new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        try {
            JsonNode json = JSON.readTree(text);
            if (json.isObject()) {
                return json;
            }
            throw bad(file, "has a header that is %s; expected a JSON object", json.getNodeType());
        } catch (JsonProcessingException e) {
            throw bad(file, "has a header that is not JSON (%s); expected a JSON object", e.getOriginalMessage());
        }
    }

    private static Map<String, Slot> slots(Path file, JsonNode json) {
        Map<String, Slot> slots = new LinkedHashMap<>();
        json.properties().forEach(field -> {
            if (!field.getKey().equals("__metadata__")) {
                slots.put(field.getKey(), slot(file, field.getKey(), field.getValue()));
            }
        });
        return slots;
    }

    private static Slot slot(Path file, String name, JsonNode json) {
        String dtype = json.path("dtype").asText();
        ElementType type = ElementType.named(dtype)
                .orElseThrow(() -> bad(
                        file,
                        "tensor %s: dtype '%s' is not known; expected one of %s",
                        name,
                        dtype,
                        ElementType.known()));
        List<Long> shape = numbers(file, name, json, "shape");
        List<Long> offsets = numbers(file, name, json, "data_offsets");
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw bad(file, "tensor %s: data_offsets are %s; expected [begin, end]", name, offsets);
        }
        long bytes = bytes(file, name, type, shape);
        if (offsets.get(1) - offsets.get(0) != bytes) {
            throw bad(
                    file,
                    "tensor %s: data_offsets %s span %d bytes; expected %d for %s %s",
                    name,
                    offsets,
                    offsets.get(1) - offsets.get(0),
                    bytes,
                    type,
                    shape);
        }
        return new Slot(type, shape, offsets.get(0), offsets.get(1));
    }

    private static List<Long> numbers(Path file, String name, JsonNode json, String field) {
        JsonNode array = json.path(field);
        List<Long> numbers = new ArrayList<>();
        for (JsonNode number : array) {
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                throw bad(file, "tensor %s: %s holds %s; expected whole numbers", name, field, number);
            }
            numbers.add(number.longValue());
        }
        if (!array.isArray()) {
            throw bad(file, "tensor %s: %s is %s; expected a list of whole numbers", name, field, array.getNodeType());
        }
        return List.copyOf(numbers);
    }

    private static long bytes(Path file, String name, ElementType type, List<Long> shape) {
        try {
            return shape.stream().mapToLong(Long::longValue).reduce(type.bytes(), Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw bad(
                    file, "tensor %s: shape %s is larger than any memory; expected a tensor of this file", name, shape);
        }
    }

    /** Refuses holes, overlaps, a cut-off end and bytes left over. */
    private static void requireCovered(Path file, Map<String, Slot> slots, long dataBytes) {
        List<Map.Entry<String, Slot>> inOrder = new ArrayList<>(slots.entrySet());
        inOrder.sort(Comparator.comparingLong(
                        (Map.Entry<String, Slot> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long at = 0;
        for (Map.Entry<String, Slot> entry : inOrder) {
            if (entry.getValue().begin() != at) {
                throw bad(
                        file,
                        "tensor %s begins at byte %d of the data; expected %d, where the tensor before it ends",
                        entry.getKey(),
                        entry.getValue().begin(),
                        at);
            }
            at = entry.getValue().end();
        }
        if (at > dataBytes) {
            throw bad(file, "is cut off: it holds %d bytes of tensors; expected %d from its header", dataBytes, at);
        }
        if (at < dataBytes) {
            throw bad(file, "holds %d bytes of tensors; expected %d from its header, and nothing after", dataBytes, at);
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // its formats stand in this file
    private static Problem bad(Path file, String found, Object... values) {
        return Problem.rejected(file + " " + found.formatted(values));
    }
}
