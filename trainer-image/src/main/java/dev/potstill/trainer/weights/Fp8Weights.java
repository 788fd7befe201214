package dev.potstill.trainer.weights;

import dev.potstill.contract.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A model in block-scaled fp8 as if it were not: {@code weight[o, i] = fp8[o, i] * weight_scale_inv[o / rows, i / columns]} in F32;
 * everything else is as stored. Source: {@code weight_dequant} of DeepSeek-V3's inference code.
 */
final class Fp8Weights extends DecodedWeights {
    static final String SCALE = "_scale_inv";
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final float[] VALUES = values();

    private final Fp8Config blocks;

    /** Takes {@code stored} over. */
    Fp8Weights(Weights stored, Fp8Config blocks) {
        super(stored, names(stored));
        this.blocks = blocks;
    }

    private static Set<String> names(Weights stored) {
        Set<String> names = new LinkedHashSet<>(stored.names());
        names.removeIf(name ->
                name.endsWith(SCALE) && stored.names().contains(name.substring(0, name.length() - SCALE.length())));
        return names;
    }

    /** What each code stands for: sign, four bits of exponent, three of mantissa; no infinities. Micikevicius et al., 2022, table 1. */
    private static float[] values() {
        float[] values = new float[256];
        for (int code = 0; code < values.length; code++) {
            int exponent = code >> 3 & 15;
            int mantissa = code & 7;
            float size = exponent == 0 ? Math.scalb(mantissa, -9) : Math.scalb(8f + mantissa, exponent - 10);
            float value = (code & 0x7F) == 0x7F ? Float.NaN : size;
            values[code] = code < 128 ? value : -value;
        }
        return values;
    }

    @Override
    boolean isPlain(String name) {
        return !names().contains(name) || stored().get(name).type() != ElementType.F8_E4M3;
    }

    @Override
    TensorEntry decode(String name, Arena arena) {
        TensorEntry weight = stored().get(name);
        if (weight.shape().size() != 2) {
            throw bad(weight, "expected [outputs, inputs] of a tensor in fp8");
        }
        long out = weight.shape().get(0);
        int in = Math.toIntExact(weight.shape().get(1));
        int across = Math.ceilDiv(in, blocks.columns());
        float[] scales = scales(weight, List.of(Math.ceilDiv(out, blocks.rows()), (long) across));
        MemorySegment decoded = arena.allocate(4L * weight.elements(), Float.BYTES);
        byte[] codes = new byte[in];
        float[] row = new float[in];
        for (long o = 0; o < out; o++) {
            MemorySegment.copy(weight.bytes(), ValueLayout.JAVA_BYTE, o * in, codes, 0, in);
            int first = Math.toIntExact(o / blocks.rows()) * across;
            for (int i = 0; i < in; i++) {
                row[i] = VALUES[codes[i] & 0xFF] * scales[first + i / blocks.columns()];
            }
            MemorySegment.copy(row, 0, decoded, FLOAT, 4 * o * in, in);
        }
        return new TensorEntry(name, ElementType.F32, weight.shape(), decoded);
    }

    /** The scales of all blocks; DeepSeek keeps them in F32, others in BF16. */
    private float[] scales(TensorEntry weight, List<Long> shape) {
        String name = weight.name() + SCALE;
        if (!stored().names().contains(name)) {
            throw bad(weight, "expected %s %s beside it, found nothing".formatted(name, shape));
        }
        TensorEntry scales = stored().get(name);
        boolean known = scales.type() == ElementType.F32 || scales.type() == ElementType.BF16;
        if (!known || !scales.shape().equals(shape)) {
            throw bad(
                    scales,
                    "expected F32 or BF16 %s, one for each block of %d x %d weights"
                            .formatted(shape, blocks.rows(), blocks.columns()));
        }
        return scales.type() == ElementType.F32 ? scales.floats() : widened(scales);
    }

    private static float[] widened(TensorEntry scales) {
        float[] values = new float[Math.toIntExact(scales.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(scales.bytes().getAtIndex(SHORT, i) << 16);
        }
        return values;
    }

    private Problem bad(TensorEntry tensor, String expected) {
        return Problem.rejected("%s: tensor %s: found %s %s, %s"
                .formatted(origin(), tensor.name(), tensor.type(), tensor.shape(), expected));
    }
}
