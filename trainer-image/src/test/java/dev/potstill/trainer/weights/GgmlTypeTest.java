package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Each kind of block, with a value worked out by hand for every element. */
class GgmlTypeTest {

    @Test
    void plainFloats() {
        assertThat(decoded(GgmlType.F32, block(8).putFloat(1.5f).putFloat(-0.25f)))
                .containsExactly(1.5f, -0.25f);
        assertThat(decoded(GgmlType.F16, half(half(block(4), 1.5f), -65504))).containsExactly(1.5f, -65504);
        assertThat(decoded(GgmlType.BF16, block(4).putShort((short) 0x3FC0).putShort((short) 0xC000)))
                .containsExactly(1.5f, -2);
    }

    /** Byte j holds j in its low half and 15 - j in its high half. */
    @Test
    void fourBitsWithAScale() {
        ByteBuffer block = half(block(18), 0.5f);
        for (int j = 0; j < 16; j++) {
            block.put((byte) (j | 15 - j << 4));
        }
        assertValues(GgmlType.Q4_0, block, i -> 0.5 * ((i < 16 ? i : 31 - i) - 8));
    }

    @Test
    void fourBitsWithAScaleAndAnOffset() {
        ByteBuffer block = half(half(block(20), 0.5f), -3);
        for (int j = 0; j < 16; j++) {
            block.put((byte) (j | 15 - j << 4));
        }
        assertValues(GgmlType.Q4_1, block, i -> 0.5 * (i < 16 ? i : 31 - i) - 3);
    }

    /** The fifth bit is set for every third element. */
    @Test
    void fiveBitsWithAScale() {
        ByteBuffer block = half(block(22), 0.25f).putInt(everyThird());
        for (int j = 0; j < 16; j++) {
            block.put((byte) (j | 15 - j << 4));
        }
        assertValues(GgmlType.Q5_0, block, i -> 0.25 * ((i < 16 ? i : 31 - i) + (i % 3 == 0 ? 16 : 0) - 16));
    }

    @Test
    void fiveBitsWithAScaleAndAnOffset() {
        ByteBuffer block = half(half(block(24), 0.25f), 2).putInt(everyThird());
        for (int j = 0; j < 16; j++) {
            block.put((byte) (j | 15 - j << 4));
        }
        assertValues(GgmlType.Q5_1, block, i -> 0.25 * ((i < 16 ? i : 31 - i) + (i % 3 == 0 ? 16 : 0)) + 2);
    }

    @Test
    void eightBits() {
        ByteBuffer block = half(block(34), 2);
        for (int j = 0; j < 32; j++) {
            block.put((byte) (j * 8 - 128));
        }
        assertValues(GgmlType.Q8_0, block, i -> 2 * (i * 8 - 128));
    }

    /** Groups of 32 with scales 1, 2, 3, 4, 21, 38, 55, 8 and minimums 5, 6, 7, 8, 57, 42, 27, 12. */
    @Test
    void fourBitsInASuperBlock() {
        ByteBuffer block = half(half(block(144), 0.5f), 0.25f).put(sixBitScales());
        for (int i = 0; i < 128; i++) {
            block.put((byte) (i % 16 | (15 - i % 16) << 4));
        }
        assertValues(GgmlType.Q4_K, block, i -> 0.5 * SCALES[i / 32] * nibble(i) - 0.25 * MINIMUMS[i / 32]);
    }

    /** The fifth bit of an element is set where its group is odd. */
    @Test
    void fiveBitsInASuperBlock() {
        ByteBuffer block = half(half(block(176), 0.5f), 0.25f).put(sixBitScales());
        for (int j = 0; j < 32; j++) {
            block.put((byte) 0b10101010);
        }
        for (int i = 0; i < 128; i++) {
            block.put((byte) (i % 16 | (15 - i % 16) << 4));
        }
        assertValues(
                GgmlType.Q5_K,
                block,
                i -> 0.5 * SCALES[i / 32] * (nibble(i) + i / 32 % 2 * 16) - 0.25 * MINIMUMS[i / 32]);
    }

    /** Sixteen groups of 16 with scales -8 … 7; the upper pair of bits is 3, 2, 1, 0 for the four 32s of a half. */
    @Test
    void sixBitsInASuperBlock() {
        ByteBuffer block = block(210);
        for (int i = 0; i < 128; i++) {
            block.put((byte) (i % 16 | (15 - i % 16) << 4));
        }
        for (int j = 0; j < 64; j++) {
            block.put((byte) 0b00011011);
        }
        for (int group = 0; group < 16; group++) {
            block.put((byte) (group - 8));
        }
        half(block, 0.5f);
        assertValues(GgmlType.Q6_K, block, i -> {
            int quarter = i % 128 / 32;
            int low = quarter < 2 ? i % 16 : 15 - i % 16;
            return 0.5 * (i / 16 - 8) * (low + 16 * (3 - quarter) - 32);
        });
    }

    private static final int[] SCALES = {1, 2, 3, 4, 21, 38, 55, 8};
    private static final int[] MINIMUMS = {5, 6, 7, 8, 57, 42, 27, 12};

    /** Of the last four groups the low four bits come together in a byte, the upper two in the spare bits of the first eight bytes. */
    private static byte[] sixBitScales() {
        byte[] packed = new byte[12];
        for (int g = 0; g < 4; g++) {
            packed[g] = (byte) (SCALES[g] | SCALES[g + 4] >> 4 << 6);
            packed[g + 4] = (byte) (MINIMUMS[g] | MINIMUMS[g + 4] >> 4 << 6);
            packed[g + 8] = (byte) (SCALES[g + 4] & 15 | (MINIMUMS[g + 4] & 15) << 4);
        }
        return packed;
    }

    private static int nibble(int i) {
        return i / 32 % 2 == 0 ? i % 16 : 15 - i % 16;
    }

    private static int everyThird() {
        int bits = 0;
        for (int i = 0; i < 32; i += 3) {
            bits |= 1 << i;
        }
        return bits;
    }

    /** Decodes the block twice in a row, so that a wrong stride shows. */
    private static void assertValues(GgmlType type, ByteBuffer block, IntToDoubleFunction expected) {
        assertThat(block.hasRemaining()).as("the block is whole").isFalse();
        ByteBuffer two = block(2 * block.capacity()).put(block.array()).put(block.array());
        float[] values = decoded(type, two);
        assertThat(values).hasSize(2 * type.blockElements());
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).as("element " + i).isEqualTo((float)
                    expected.applyAsDouble(i % type.blockElements()));
        }
    }

    private static float[] decoded(GgmlType type, ByteBuffer bytes) {
        int blocks = bytes.capacity() / type.blockBytes();
        float[] values = new float[blocks * type.blockElements()];
        type.decoder().decode(bytes.array(), blocks, values);
        return values;
    }

    private static ByteBuffer block(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer half(ByteBuffer buffer, float value) {
        return buffer.putShort(Float.floatToFloat16(value));
    }
}
