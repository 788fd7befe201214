package dev.potstill.trainer.weights;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What one element of a tensor is, by its safetensors name. */
public enum ElementType {
    F64(8, 7),
    F32(4, 6),
    F16(2, 5),
    BF16(2, 15),
    I64(8, 4),
    I32(4, 3),
    I16(2, 2),
    I8(1, 1),
    U8(1, 0),
    BOOL(1, 11),
    F8_E4M3(1, 24);

    private final int bytes;
    private final int scalarType;

    ElementType(int bytes, int scalarType) {
        this.bytes = bytes;
        this.scalarType = scalarType;
    }

    public int bytes() {
        return bytes;
    }

    /** The code of torch's {@code c10::ScalarType}. */
    public int scalarType() {
        return scalarType;
    }

    public static Optional<ElementType> named(String safetensorsName) {
        return Arrays.stream(values())
                .filter(type -> type.name().equals(safetensorsName))
                .findFirst();
    }

    static String known() {
        return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
    }
}
