package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The layers of a model with the adapters that they carry. */
public final class AdaptedLayers implements AutoCloseable {
    private final ModelConfig config;
    private final ModelWeights weights;
    private final Arithmetic arithmetic;
    private Adapters adapters = Adapters.NONE;
    private Layers layers;

    AdaptedLayers(ModelConfig config, ModelWeights weights, Arithmetic arithmetic) {
        this.config = config;
        this.weights = weights;
        this.arithmetic = arithmetic;
        this.layers = new Layers(config.blocks(), weights, adapters, arithmetic);
    }

    Layers layers() {
        return layers;
    }

    /** Whether there are none. */
    public boolean isBare() {
        return adapters == Adapters.NONE;
    }

    /** Adds adapters: A small and random is the caller's to fill in, B zero, so that nothing changes yet. */
    public void attach(Adapters added) {
        rebuild(added);
        for (int l = 0; l < config.layers(); l++) {
            for (Weight weight : layers.carriers(l)) {
                weights.addZeros(
                        Layers.a(l, weight), added.rank(), weight.shape().get(1));
                weights.addZeros(Layers.b(l, weight), weight.shape().get(0), added.rank());
            }
        }
    }

    private void rebuild(Adapters changed) {
        adapters = changed;
        layers.close();
        layers = new Layers(config.blocks(), weights, adapters, arithmetic);
    }

    /** Names of all adapter weights, A and B of each. */
    public List<String> names() {
        return names(0);
    }

    /** Names of the adapter weights of the last {@code trained} layers; of all of them for 0. */
    public List<String> names(int trained) {
        List<String> names = new ArrayList<>();
        for (int l = config.frozenBelow(trained); l < config.layers(); l++) {
            names.addAll(layers.adapterNames(l));
        }
        return names;
    }

    /** Adds each adapter to its linear layer and drops it: W + scale · B A. */
    public void merge() {
        if (isBare()) {
            return;
        }
        for (int l = 0; l < config.layers(); l++) {
            for (Weight weight : layers.carriers(l)) {
                String name = ModelWeights.layer(l, weight.name());
                try (Scope local = Scope.open()) {
                    Tensor a = weights.get(Layers.a(l, weight));
                    Tensor b = weights.get(Layers.b(l, weight));
                    weights.replace(name, Ops.addLowRank(local, weights.get(name), b, a, adapters.scale()));
                }
            }
        }
        names().forEach(weights::remove);
        rebuild(Adapters.NONE);
    }

    @Override
    public void close() {
        layers.close();
    }
}
