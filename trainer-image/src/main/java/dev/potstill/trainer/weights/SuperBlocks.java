package dev.potstill.trainer.weights;

import static dev.potstill.trainer.weights.PlainBlocks.half;

/**
 * Blocks of 256 elements: groups of 32 (or 16) have scales of their own, themselves stored in 6 (or 8) bits against one 16-bit float.
 * Source: block_q4_K, block_q5_K and block_q6_K of ggml.
 */
final class SuperBlocks {
    private SuperBlocks() {}

    /** d, dmin, 12 bytes of scales and minimums, 128 bytes of nibbles. */
    static void q4k(byte[] in, int blocks, float[] out) {
        for (int b = 0; b < blocks; b++) {
            int at = b * 144;
            for (int group = 0; group < 8; group++) {
                float d = half(in, at) * scale(in, at + 4, group);
                float m = half(in, at + 2) * minimum(in, at + 4, group);
                int quants = at + 16 + group / 2 * 32;
                int shift = group % 2 * 4;
                for (int j = 0; j < 32; j++) {
                    out[b * 256 + group * 32 + j] = d * (in[quants + j] >> shift & 0xF) - m;
                }
            }
        }
    }

    /** As q4k, with 32 bytes before the nibbles whose bit g is the fifth bit of group g. */
    static void q5k(byte[] in, int blocks, float[] out) {
        for (int b = 0; b < blocks; b++) {
            int at = b * 176;
            for (int group = 0; group < 8; group++) {
                float d = half(in, at) * scale(in, at + 4, group);
                float m = half(in, at + 2) * minimum(in, at + 4, group);
                int quants = at + 48 + group / 2 * 32;
                int shift = group % 2 * 4;
                for (int j = 0; j < 32; j++) {
                    int q = (in[quants + j] >> shift & 0xF) | ((in[at + 16 + j] >> group & 1) << 4);
                    out[b * 256 + group * 32 + j] = d * q - m;
                }
            }
        }
    }

    /** 128 bytes of nibbles, 64 of upper bit pairs, 16 signed scales for 16 elements each, d. */
    static void q6k(byte[] in, int blocks, float[] out) {
        for (int b = 0; b < blocks; b++) {
            int at = b * 210;
            float d = half(in, at + 208);
            for (int group = 0; group < 8; group++) { // of 32, four to each half of the block
                int low = at + group / 4 * 64 + group % 2 * 32;
                int high = at + 128 + group / 4 * 32;
                int lowShift = group % 4 / 2 * 4;
                int highShift = group % 4 * 2;
                for (int j = 0; j < 32; j++) {
                    int q = (in[low + j] >> lowShift & 0xF) | ((in[high + j] >> highShift & 3) << 4);
                    out[b * 256 + group * 32 + j] = d * in[at + 192 + group * 2 + j / 16] * (q - 32);
                }
            }
        }
    }

    /** Six bits: whole for the first four groups, for the last four a nibble and the two spare bits of an earlier byte. */
    private static int scale(byte[] in, int at, int group) {
        return group < 4 ? in[at + group] & 63 : (in[at + group + 4] & 0xF) | ((in[at + group - 4] >> 6 & 3) << 4);
    }

    private static int minimum(byte[] in, int at, int group) {
        return group < 4 ? in[at + group + 4] & 63 : (in[at + group + 4] >> 4 & 0xF) | ((in[at + group] >> 6 & 3) << 4);
    }
}
