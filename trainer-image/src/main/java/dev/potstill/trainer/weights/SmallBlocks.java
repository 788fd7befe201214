package dev.potstill.trainer.weights;

import static dev.potstill.trainer.weights.PlainBlocks.half;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Blocks of 32 elements with one scale d, and for the _1 kinds one offset m: value = d · q + m. A byte of quants holds element j in its
 * low half and element j + 16 in its high half. Source: block_q4_0 … block_q8_0 of ggml.
 */
final class SmallBlocks {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private SmallBlocks() {}

    static void q4x0(byte[] in, int blocks, float[] out) {
        for (int b = 0; b < blocks; b++) {
            int at = b * 18;
            nibbles(in, at + 2, half(in, at), -8 * half(in, at), out, b * 32);
        }
    }

    static void q4x1(byte[] in, int blocks, float[] out) {
        for (int b = 0; b < blocks; b++) {
            int at = b * 20;
            nibbles(in, at + 4, half(in, at), half(in, at + 2), out, b * 32);
        }
    }

    static void q5x0(byte[] in, int blocks, float[] out) {
        for (int b = 0; b < blocks; b++) {
            int at = b * 22;
            fiveBits(in, at + 2, half(in, at), -16 * half(in, at), out, b * 32);
        }
    }

    static void q5x1(byte[] in, int blocks, float[] out) {
        for (int b = 0; b < blocks; b++) {
            int at = b * 24;
            fiveBits(in, at + 4, half(in, at), half(in, at + 2), out, b * 32);
        }
    }

    static void q8x0(byte[] in, int blocks, float[] out) {
        for (int b = 0; b < blocks; b++) {
            float d = half(in, b * 34);
            int quants = b * 34 + 2;
            for (int j = 0; j < 32; j++) {
                out[b * 32 + j] = d * in[quants + j];
            }
        }
    }

    private static void nibbles(byte[] in, int quants, float d, float m, float[] out, int to) {
        for (int j = 0; j < 16; j++) {
            out[to + j] = d * (in[quants + j] & 0xF) + m;
        }
        for (int j = 0; j < 16; j++) {
            out[to + 16 + j] = d * (in[quants + j] >> 4 & 0xF) + m;
        }
    }

    /** The fifth bit of element j is bit j of the 32-bit word before the nibbles. */
    private static void fiveBits(byte[] in, int at, float d, float m, float[] out, int to) {
        int high = (int) INT.get(in, at);
        int quants = at + 4;
        for (int j = 0; j < 16; j++) {
            out[to + j] = d * ((in[quants + j] & 0xF) | ((high >>> j & 1) << 4)) + m;
            out[to + 16 + j] = d * ((in[quants + j] >> 4 & 0xF) | ((high >>> (j + 16) & 1) << 4)) + m;
        }
    }
}
