package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.Weight.Role;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.TensorEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A model's weights as tensors, by their Hugging Face names. */
final class ModelWeights implements AutoCloseable {
    static final String EMBEDDING = "model.embed_tokens.weight";
    static final String FINAL_NORM = "model.norm.weight";
    static final String HEAD = "lm_head.weight";

    private final ElementType type;
    private final Scope scope = Scope.open();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    ModelWeights(ElementType type) {
        this.type = type;
    }

    /** The name of a layer's weight. */
    static String layer(int index, String weight) {
        return "model.layers." + index + "." + weight;
    }

    /** Names and shapes of all weights of a model. */
    private static List<Weight> all(ModelConfig config) {
        List<Weight> all = new ArrayList<>();
        all.add(embedding(config, EMBEDDING));
        for (int l = 0; l < config.layers(); l++) {
            all.addAll(layer(config, l));
        }
        all.addAll(end(config));
        return all;
    }

    /** Those of a layer. */
    static List<Weight> layer(ModelConfig config, int l) {
        return config.blocks().get(l).weights().stream()
                .map(weight -> new Weight(layer(l, weight.name()), weight.shape(), weight.role()))
                .toList();
    }

    private static List<Weight> end(ModelConfig config) {
        Weight norm = new Weight(FINAL_NORM, List.of((long) config.width()), Role.Norm);
        return config.tied() ? List.of(norm) : List.of(norm, embedding(config, HEAD));
    }

    private static Weight embedding(ModelConfig config, String name) {
        return new Weight(name, List.of((long) config.vocabulary(), (long) config.width()), Role.Embedding);
    }

    /** Reads a model whose layer l is the file's layer {@code kept[l]}. */
    void read(ModelFiles files, ModelConfig config, List<Integer> kept) {
        Map<String, String> stored = new LinkedHashMap<>();
        for (int l = 0; l < kept.size(); l++) {
            for (Weight weight : config.blocks().get(l).weights()) {
                stored.put(layer(l, weight.name()), layer(kept.get(l), weight.name()));
            }
        }
        StoredWeights from = new StoredWeights(files, type);
        for (Weight weight : all(config)) {
            read(from, stored.getOrDefault(weight.name(), weight.name()), weight);
        }
    }

    /** Reads what stands before and after the layers. */
    void readEnds(ModelFiles files, ModelConfig config) {
        StoredWeights from = new StoredWeights(files, type);
        read(from, EMBEDDING, embedding(config, EMBEDDING));
        end(config).forEach(weight -> read(from, weight.name(), weight));
    }

    private void read(StoredWeights from, String stored, Weight weight) {
        tensors.put(weight.name(), from.read(scope, stored, weight));
    }

    /** Puts a layer in place that was read, in the memory it was read into. */
    void place(ModelConfig config, int l, LayerReader.Layer read) {
        for (Weight weight : layer(config, l)) {
            Tensor tensor = Tensor.over(scope, read.get(weight.name()), weight.type(type), weight.sizes());
            tensors.put(weight.name(), tensor);
        }
    }

    /** Frees a layer. */
    void drop(ModelConfig config, int l) {
        layer(config, l).forEach(weight -> remove(weight.name()));
    }

    /** Draws a model that has learned nothing: matrices normal with this deviation, norms one, biases and constants zero. */
    void draw(ModelConfig config, double deviation, SplittableRandom random) {
        all(config).forEach(weight -> {
            float[] values = new float[Math.toIntExact(weight.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (weight.role()) {
                    case Norm -> 1;
                    case Bias, Constant -> 0;
                    default -> (float) random.nextGaussian(0, deviation);
                };
            }
            try (Scope local = Scope.open()) {
                Tensor drawn = Tensor.of(local, values, weight.sizes());
                tensors.put(weight.name(), Ops.copy(scope, drawn, weight.type(type)));
            }
        });
    }

    Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no weight " + name);
        }
        return tensor;
    }

    List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    void addZeros(String name, long... shape) {
        tensors.put(name, Tensor.zeros(scope, type, shape));
    }

    /** Puts another tensor in the place of a weight, which is freed. */
    void replace(String name, Tensor tensor) {
        Tensor old = tensors.put(name, scope.adopt(tensor));
        if (old != null && old != tensor) {
            old.close();
        }
    }

    void remove(String name) {
        Tensor tensor = tensors.remove(name);
        if (tensor != null) {
            tensor.close();
        }
    }

    long bytes() {
        return tensors.values().stream()
                .mapToLong(weight -> weight.elements() * weight.type().bytes())
                .sum();
    }

    /** As they are saved. */
    List<TensorEntry> entries() {
        return tensors.entrySet().stream()
                .map(entry -> {
                    List<Long> shape =
                            Arrays.stream(entry.getValue().shape()).boxed().toList();
                    return new TensorEntry(
                            entry.getKey(),
                            entry.getValue().type(),
                            shape,
                            entry.getValue().data());
                })
                .toList();
    }

    @Override
    public void close() {
        scope.close();
    }
}
