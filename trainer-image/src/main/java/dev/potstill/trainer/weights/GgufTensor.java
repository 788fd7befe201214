package dev.potstill.trainer.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** A tensor as a GGUF file holds it. */
record GgufTensor(GgmlType type, List<Long> shape, MemorySegment bytes) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * The tensor in F32.
     *
     * @param rowOf which row of the file a row of the result is; what of a vector counts as a row is one element
     */
    MemorySegment floats(Arena arena, LongUnaryOperator rowOf) {
        int columns = shape.size() == 1 && type.blockElements() == 1 ? 1 : Math.toIntExact(shape.getLast());
        long rows = shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact) / columns;
        int rowBytes = columns / type.blockElements() * type.blockBytes();
        MemorySegment result = arena.allocate(rows * columns * Float.BYTES, Float.BYTES);
        byte[] packed = new byte[rowBytes];
        float[] values = new float[columns];
        for (long row = 0; row < rows; row++) {
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, rowOf.applyAsLong(row) * rowBytes, packed, 0, rowBytes);
            type.decoder().decode(packed, columns / type.blockElements(), values);
            MemorySegment.copy(values, 0, result, FLOAT, row * columns * Float.BYTES, columns);
        }
        return result;
    }
}
