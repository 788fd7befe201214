package dev.potstill.trainer.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One named tensor in memory: little-endian, row-major, without gaps. The memory belongs to whoever made the entry (a file's map, an
 * arena) and may be read-only.
 */
public record TensorEntry(String name, ElementType type, List<Long> shape, MemorySegment bytes) {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public TensorEntry {
        shape = List.copyOf(shape);
        long expected = elements(shape) * type.bytes();
        if (bytes.byteSize() != expected) {
            throw new IllegalArgumentException(
                    "tensor %s: %s %s takes %d bytes, not %d".formatted(name, type, shape, expected, bytes.byteSize()));
        }
    }

    /** An F32 tensor that holds a copy of these values. */
    public static TensorEntry of(String name, List<Long> shape, float[] values, Arena arena) {
        MemorySegment bytes = arena.allocate(4L * values.length, Float.BYTES);
        MemorySegment.copy(values, 0, bytes, FLOAT, 0, values.length);
        return new TensorEntry(name, ElementType.F32, shape, bytes);
    }

    public long elements() {
        return elements(shape);
    }

    /** Whether its memory goes when this arena closes. */
    public boolean isIn(Arena arena) {
        return bytes.scope().equals(arena.scope());
    }

    public TensorEntry named(String other) {
        return new TensorEntry(other, type, shape, bytes);
    }

    /** The values of an F32 tensor, copied. */
    public float[] floats() {
        if (type != ElementType.F32) {
            throw new IllegalStateException("tensor " + name + " is " + type + ", not F32");
        }
        float[] values = new float[Math.toIntExact(elements())];
        MemorySegment.copy(bytes, FLOAT, 0, values, 0, values.length);
        return values;
    }

    private static long elements(List<Long> shape) {
        long product = 1;
        for (long dimension : shape) {
            product = Math.multiplyExact(product, dimension);
        }
        return product;
    }
}
