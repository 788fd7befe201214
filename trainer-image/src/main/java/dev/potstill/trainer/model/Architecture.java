package dev.potstill.trainer.model;

import java.util.List;

/** How a family of models computes: the weights of a layer by name, and TorchScript text that puts a batch through one. */
public interface Architecture {

    static Architecture of(ModelConfig config) {
        return new Llama(config);
    }

    /** The weights of one layer, in the order in which the script takes them, named below {@code model.layers.N.}. */
    List<Weight> layerWeights();

    /**
     * TorchScript methods:
     *
     * <ul>
     *   <li>{@code layer(x, cos, sin, pad, unpad, rows, length, w) -> x}: a packed batch through a layer;
     *   <li>{@code prefill(x, cos, sin, pad, unpad, rows, length, keys, values, w) -> x}: the same, filling a cache;
     *   <li>{@code decode(x, cos, sin, at, mask, keys, values, w) -> x}: one token a row, on that cache, {@code at} telling of each
     *       row and head its place in the cache laid flat;
     *   <li>{@code inputs(x, cos, sin, pad, unpad, rows, length, w) -> [x, …]}: a layer, and what goes into each of its linear
     *       layers, in the order of {@link #layerWeights}.
     * </ul>
     */
    String script(Adapters adapters);

    /** A weight of a layer: its name, and its shape: [out, in] of a linear layer, [width] of a norm. */
    record Weight(String name, List<Long> shape) {
        public Weight {
            shape = List.copyOf(shape);
        }

        public boolean linear() {
            return shape.size() == 2;
        }

        /** The name of the linear layer: without {@code .weight}. */
        public String module() {
            return name.substring(0, name.length() - ".weight".length());
        }
    }
}
