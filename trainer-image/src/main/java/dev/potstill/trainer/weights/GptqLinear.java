package dev.potstill.trainer.weights;

import dev.potstill.contract.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * One linear layer in GPTQ's layout, G groups: {@code weight[o, i] = scales[g, o] * (level[i, o] - zero[g, o])} with {@code g =
 * groups[i]}.
 *
 * @param levels {@code qweight} I32 [in / perWord, out]: the levels of consecutive inputs, the first in the lowest bits
 * @param zeros {@code qzeros} I32 [G, out / perWord]: likewise of consecutive outputs, less the format's offset
 * @param scales F16 [G, out]
 * @param groups {@code g_idx} I32 [in]
 */
public record GptqLinear(TensorEntry levels, TensorEntry zeros, TensorEntry scales, TensorEntry groups) {
    public static final String LEVELS = ".qweight";
    public static final String ZEROS = ".qzeros";
    public static final String SCALES = ".scales";
    public static final String GROUPS = ".g_idx";

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The linear layer of this name; a {@link Problem} where a part is missing or does not fit the others. */
    static GptqLinear of(Weights stored, String module, GptqConfig config) {
        GptqLinear linear = new GptqLinear(
                stored.get(module + LEVELS),
                stored.get(module + ZEROS),
                stored.get(module + SCALES),
                stored.get(module + GROUPS));
        linear.check(stored.origin(), config.perWord());
        return linear;
    }

    private void check(Path origin, int perWord) {
        requireRank(origin, levels, 2);
        requireRank(origin, scales, 2);
        long in = levels.shape().get(0) * perWord;
        long out = levels.shape().get(1);
        long count = scales.shape().get(0);
        if (out % perWord != 0) {
            throw Problem.rejected("%s: tensor %s: found %d outputs, expected a multiple of %d"
                    .formatted(origin, levels.name(), out, perWord));
        }
        require(origin, levels, ElementType.I32, levels.shape());
        require(origin, scales, ElementType.F16, List.of(count, out));
        require(origin, zeros, ElementType.I32, List.of(count, out / perWord));
        require(origin, groups, ElementType.I32, List.of(in));
        for (long i = 0; i < in; i++) {
            int group = groups.bytes().getAtIndex(INT, i);
            if (group < 0 || group >= count) {
                throw Problem.rejected("%s: tensor %s: found group %d at input %d, expected 0 to %d"
                        .formatted(origin, groups.name(), group, i, count - 1));
            }
        }
    }

    private static void requireRank(Path origin, TensorEntry entry, int rank) {
        if (entry.shape().size() != rank) {
            throw Problem.rejected("%s: tensor %s: found shape %s, expected %d dimensions"
                    .formatted(origin, entry.name(), entry.shape(), rank));
        }
    }

    private static void require(Path origin, TensorEntry entry, ElementType type, List<Long> shape) {
        if (entry.type() != type || !entry.shape().equals(shape)) {
            throw Problem.rejected("%s: tensor %s: found %s %s, expected %s %s"
                    .formatted(origin, entry.name(), entry.type(), entry.shape(), type, shape));
        }
    }

    /** The weight F32 [out, in] that the linear layer stands for. */
    TensorEntry dequantised(String name, GptqConfig config, Arena arena) {
        int words = Math.toIntExact(levels.shape().get(0));
        int out = Math.toIntExact(levels.shape().get(1));
        int perWord = config.perWord();
        long in = (long) words * perWord;
        float[] scale = scaleValues();
        int[] zero = zeroValues(config);
        int mask = (1 << config.bits()) - 1;
        MemorySegment weight = arena.allocate(4L * out * in, Float.BYTES);
        for (int word = 0; word < words; word++) {
            for (int o = 0; o < out; o++) {
                int packed = levels.bytes().getAtIndex(INT, (long) word * out + o);
                for (int k = 0; k < perWord; k++) {
                    long i = (long) word * perWord + k;
                    int at = groups.bytes().getAtIndex(INT, i) * out + o;
                    int level = packed >>> (k * config.bits()) & mask;
                    weight.setAtIndex(FLOAT, o * in + i, scale[at] * (level - zero[at]));
                }
            }
        }
        return new TensorEntry(name, ElementType.F32, List.of((long) out, in), weight);
    }

    private float[] scaleValues() {
        float[] values = new float[Math.toIntExact(scales.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.float16ToFloat(scales.bytes().getAtIndex(SHORT, i));
        }
        return values;
    }

    private int[] zeroValues(GptqConfig config) {
        int mask = (1 << config.bits()) - 1;
        int[] values = new int[Math.toIntExact(scales.elements())];
        for (int i = 0; i < values.length; i++) {
            int packed = zeros.bytes().getAtIndex(INT, i / config.perWord());
            values[i] = (packed >>> (i % config.perWord() * config.bits()) & mask) + config.zeroOffset();
        }
        return values;
    }
}
