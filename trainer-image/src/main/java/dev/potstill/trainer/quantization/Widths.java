package dev.potstill.trainer.quantization;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.model.Weight;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Whether groups and words come out even in every linear layer. */
final class Widths {
    /** The smallest group that the manifest allows. */
    private static final int SMALLEST = 8;

    private Widths() {}

    /** A {@link Problem} where a linear layer cannot be cut into groups of this size, or its weights into words. */
    static void require(List<Weight> linears, int groupSize, int bits) {
        for (Weight linear : linears) {
            long in = linear.shape().get(1);
            if (in % groupSize != 0) {
                throw Problem.unfit(
                        "spec.quantization.groupSize: found %d, but %s takes %d inputs; expected a size that divides the inputs of every linear layer: %s"
                                .formatted(groupSize, linear.module(), in, choices(linears)));
            }
            requireWords(linear, in, "inputs", 32 / bits);
            requireWords(linear, linear.shape().get(0), "outputs", 32 / bits);
        }
    }

    private static String choices(List<Weight> linears) {
        long common =
                linears.stream().mapToLong(linear -> linear.shape().get(1)).reduce(0, Widths::greatestDivisor);
        String fitting = LongStream.iterate(Math.min(common, 4096), size -> size >= SMALLEST, size -> size - 1)
                .filter(size -> common % size == 0)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(", "));
        return fitting.isEmpty()
                ? "there is none of %d or more for this student, so leave Quantization out of spec.stages"
                        .formatted(SMALLEST)
                : "choose one of " + fitting;
    }

    private static long greatestDivisor(long a, long b) {
        return b == 0 ? a : greatestDivisor(b, a % b);
    }

    private static void requireWords(Weight linear, long width, String side, int perWord) {
        if (width % perWord != 0) {
            throw Problem.unfit(
                    "the student cannot be quantised: %s has %d %s, expected a multiple of %d, the weights in a stored word; leave Quantization out of spec.stages"
                            .formatted(linear.module(), width, side, perWord));
        }
    }
}
