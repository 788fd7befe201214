package dev.potstill.trainer.weights;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Elements that stand alone: floats of 32 and 16 bits, little-endian. */
final class PlainBlocks {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private PlainBlocks() {}

    static void f32(byte[] in, int blocks, float[] out) {
        for (int i = 0; i < blocks; i++) {
            out[i] = (float) FLOAT.get(in, 4 * i);
        }
    }

    static void f16(byte[] in, int blocks, float[] out) {
        for (int i = 0; i < blocks; i++) {
            out[i] = half(in, 2 * i);
        }
    }

    static void bf16(byte[] in, int blocks, float[] out) {
        for (int i = 0; i < blocks; i++) {
            out[i] = Float.intBitsToFloat((short) SHORT.get(in, 2 * i) << 16);
        }
    }

    /** The 16-bit float at byte {@code at}. */
    static float half(byte[] in, int at) {
        return Float.float16ToFloat((short) SHORT.get(in, at));
    }
}
