package dev.potstill.trainer.weights;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How GGUF stores the elements of a tensor: in blocks of so many elements, each block of so many bytes. */
enum GgmlType {
    F32(0, 1, 4, PlainBlocks::f32),
    F16(1, 1, 2, PlainBlocks::f16),
    Q4_0(2, 32, 18, SmallBlocks::q4x0),
    Q4_1(3, 32, 20, SmallBlocks::q4x1),
    Q5_0(6, 32, 22, SmallBlocks::q5x0),
    Q5_1(7, 32, 24, SmallBlocks::q5x1),
    Q8_0(8, 32, 34, SmallBlocks::q8x0),
    Q4_K(12, 256, 144, SuperBlocks::q4k),
    Q5_K(13, 256, 176, SuperBlocks::q5k),
    Q6_K(14, 256, 210, SuperBlocks::q6k),
    BF16(30, 1, 2, PlainBlocks::bf16);

    /** Decodes {@code blocks} blocks from the start of {@code in} to the start of {@code out}. */
    @FunctionalInterface
    interface Decoder {
        void decode(byte[] in, int blocks, float[] out);
    }

    private final int code;
    private final int blockElements;
    private final int blockBytes;

    @SuppressWarnings("ImmutableEnumChecker") // a method without state
    private final Decoder decoder;

    GgmlType(int code, int blockElements, int blockBytes, Decoder decoder) {
        this.code = code;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.decoder = decoder;
    }

    int blockElements() {
        return blockElements;
    }

    int blockBytes() {
        return blockBytes;
    }

    Decoder decoder() {
        return decoder;
    }

    static Optional<GgmlType> of(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }

    static String known() {
        return Arrays.stream(values())
                .map(type -> type.code + " (" + type + ")")
                .collect(Collectors.joining(", "));
    }
}
