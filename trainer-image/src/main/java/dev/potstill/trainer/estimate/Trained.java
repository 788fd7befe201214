package dev.potstill.trainer.estimate;

import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.Weight;
import dev.potstill.trainer.weights.ElementType;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** Weights that are trained, by their number. */
public record Trained(long parameters, ElementType type) {

    /** The adapters of layers from..to. */
    public static Trained adapters(ModelConfig config, ElementType type, Adapters adapters, int from, int to) {
        return new Trained(
                sum(
                        config,
                        from,
                        to,
                        weight -> adapters.on(weight)
                                ? adapters.rank()
                                        * (weight.shape().get(0)
                                                + weight.shape().get(1))
                                : 0),
                type);
    }

    /** The layers' own weights. */
    public static Trained layers(ModelConfig config, ElementType type, int from, int to) {
        return new Trained(sum(config, from, to, weight -> weight.trained() ? weight.elements() : 0), type);
    }

    private static long sum(ModelConfig config, int from, int to, ToLongFunction<Weight> of) {
        return IntStream.range(from, to)
                .mapToLong(l ->
                        config.blocks().get(l).weights().stream().mapToLong(of).sum())
                .sum();
    }

    /** The weights with memory of their own and their gradients; beside bf16 ones masters. */
    public long weights() {
        return parameters * (2L * type.bytes() + beside());
    }

    /** What the optimiser's step takes beside them: gradients in fp32, where they are in bf16. */
    public long step() {
        return parameters * beside();
    }

    private long beside() {
        return type == ElementType.F32 ? 0 : Float.BYTES;
    }

    /** AdamW's two moments. */
    public long moments() {
        return parameters * 2 * Float.BYTES;
    }

    /** A saved state: weights and moments in fp32. */
    public long checkpoint() {
        return parameters * 3 * Float.BYTES;
    }
}
