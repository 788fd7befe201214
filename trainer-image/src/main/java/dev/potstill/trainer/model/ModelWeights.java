package dev.potstill.trainer.model;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.Weight.Role;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.TensorEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

    /** Of a weight in memory that others share. */
    static final long ALIGNMENT = 64;

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

    private static List<Weight> layer(ModelConfig config, int l) {
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
        all(config).forEach(weight -> read(files, stored.getOrDefault(weight.name(), weight.name()), weight));
    }

    /** Reads what stands before and after the layers. */
    void readEnds(ModelFiles files, ModelConfig config) {
        read(files, EMBEDDING, embedding(config, EMBEDDING));
        end(config).forEach(weight -> read(files, weight.name(), weight));
    }

    /** Puts a layer in place that was read, in the memory it was read into. */
    void place(ModelConfig config, int l, LayerReader.Layer read) {
        for (Weight weight : layer(config, l)) {
            Tensor tensor = Tensor.over(scope, read.get(weight.name()), type(weight), sizes(weight.shape()));
            tensors.put(weight.name(), tensor);
        }
    }

    /** Frees a layer. */
    void drop(ModelConfig config, int l) {
        layer(config, l).forEach(weight -> remove(weight.name()));
    }

    private void read(ModelFiles files, String stored, Weight weight) {
        try (Arena decoded = Arena.ofConfined()) {
            TensorEntry entry = files.weights().get(stored, decoded);
            place(files, stored, weight, entry, entry.isIn(decoded));
        }
    }

    /** @param copied whether the entry's memory goes before the tensor */
    private void place(ModelFiles files, String stored, Weight weight, TensorEntry entry, boolean copied) {
        requireShape(files, stored, weight, entry);
        try (Scope local = Scope.open()) {
            Tensor found = Tensor.over(local, entry.bytes(), entry.type(), sizes(weight.shape()));
            ElementType kept = type(weight);
            Tensor tensor = scope.adopt(copied ? Ops.copy(local, found, kept) : Ops.contiguous(local, found, kept));
            requireFinite(files, stored, tensor);
            tensors.put(weight.name(), tensor);
        }
    }

    /** Reads a weight into this memory, of its bytes in the type it is kept in. */
    private void read(ModelFiles files, Weight weight, MemorySegment into) {
        try (Arena decoded = Arena.ofConfined();
                Scope local = Scope.open()) {
            TensorEntry entry = files.weights().get(weight.name(), decoded);
            requireShape(files, weight.name(), weight, entry);
            long[] shape = sizes(weight.shape());
            Tensor tensor = Tensor.over(local, into, type(weight), shape);
            if (entry.type() == type(weight)) {
                into.copyFrom(entry.bytes());
            } else {
                Ops.assign(tensor, Tensor.over(local, entry.bytes(), entry.type(), shape));
            }
            requireFinite(files, weight.name(), tensor);
        }
    }

    /** Reads a layer into this memory, one weight after the other; gives the place of each. */
    Map<String, MemorySegment> read(ModelFiles files, ModelConfig config, int l, MemorySegment into) {
        Map<String, MemorySegment> places = new LinkedHashMap<>();
        long at = 0;
        for (Weight weight : layer(config, l)) {
            long bytes = weight.elements() * type(weight).bytes();
            MemorySegment place = into.asSlice(at, bytes);
            read(files, weight, place);
            places.put(weight.name(), place);
            at += aligned(bytes);
        }
        return places;
    }

    /** What the largest layer takes. */
    long layerBytes(ModelConfig config) {
        return config.blocks().stream()
                .mapToLong(block -> block.weights().stream()
                        .mapToLong(weight ->
                                aligned(weight.elements() * type(weight).bytes()))
                        .sum())
                .max()
                .orElse(0);
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }

    private static void requireShape(ModelFiles files, String stored, Weight weight, TensorEntry entry) {
        if (!entry.shape().equals(weight.shape())) {
            throw Problem.rejected("%s: tensor %s: found shape %s, expected %s from its config"
                    .formatted(files.origin(), stored, entry.shape(), weight.shape()));
        }
    }

    private static void requireFinite(ModelFiles files, String stored, Tensor tensor) {
        if (!Ops.finite(tensor)) {
            throw Problem.rejected(
                    "%s: tensor %s: found NaN or infinite values, expected finite weights; the file is damaged"
                            .formatted(files.origin(), stored));
        }
    }

    private ElementType type(Weight weight) {
        return weight.role() == Role.Constant ? ElementType.F32 : type;
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
                Tensor drawn = Tensor.of(local, values, sizes(weight.shape()));
                tensors.put(weight.name(), Ops.copy(scope, drawn, type(weight)));
            }
        });
    }

    private static long[] sizes(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
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
