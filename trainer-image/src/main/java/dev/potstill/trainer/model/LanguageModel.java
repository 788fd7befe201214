package dev.potstill.trainer.model;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.Architecture.Weight;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.TensorEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A model ready to compute: its weights as tensors, and its architecture's script. */
public final class LanguageModel implements AutoCloseable {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String FINAL_NORM = "model.norm.weight";
    private static final String HEAD = "lm_head.weight";

    private final ModelConfig config;
    private final Architecture architecture;
    private final ElementType type;
    private final Scope scope = Scope.open();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final RopeTable rope;
    private Adapters adapters = Adapters.NONE;
    private Script script;

    private LanguageModel(ModelConfig config, ElementType type) {
        this.config = config;
        this.architecture = Architecture.of(config);
        this.type = type;
        this.rope = new RopeTable(config, type);
        this.script = compile();
    }

    private Script compile() {
        return Script.of(architecture.script(adapters), """
                def embed(self, ids: Tensor, embedding: Tensor) -> Tensor:
                    return torch.embedding(embedding, ids)

                def norm(self, x: Tensor, w: Tensor) -> Tensor:
                    return torch.rms_norm(x, [w.size(0)], w, %s)

                def logits(self, x: Tensor, head: Tensor) -> Tensor:
                    return torch.linear(x, head)
                """.formatted(config.epsilon()));
    }

    /** Loads all layers. The files must stay open as long as the model: weights of the right type are not copied. */
    public static LanguageModel load(ModelFiles files, ElementType type) {
        ModelConfig config = ModelConfig.of(files.config(), files.origin().toString());
        List<Integer> all = new ArrayList<>();
        for (int l = 0; l < config.layers(); l++) {
            all.add(l);
        }
        return load(files, type, all);
    }

    /** Loads the layers {@code kept}, renumbered from 0. */
    public static LanguageModel load(ModelFiles files, ElementType type, List<Integer> kept) {
        ModelConfig whole = ModelConfig.of(files.config(), files.origin().toString());
        ModelConfig config = kept.size() == whole.layers() ? whole : whole.withLayers(kept.size());
        LanguageModel model = new LanguageModel(config, type);
        model.read(files, EMBEDDING, EMBEDDING, List.of((long) config.vocabulary(), (long) config.width()));
        for (int l = 0; l < kept.size(); l++) {
            for (Weight weight : model.architecture.layerWeights()) {
                model.read(files, layer(kept.get(l), weight.name()), layer(l, weight.name()), weight.shape());
            }
        }
        model.read(files, FINAL_NORM, FINAL_NORM, List.of((long) config.width()));
        if (!config.tied()) {
            model.read(files, HEAD, HEAD, List.of((long) config.vocabulary(), (long) config.width()));
        }
        return model;
    }

    /** A model that has learned nothing: linear layers and embedding normal with this deviation, norms one. */
    public static LanguageModel random(ModelConfig config, ElementType type, double deviation, long seed) {
        LanguageModel model = new LanguageModel(config, type);
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        List<Long> embedding = List.of((long) config.vocabulary(), (long) config.width());
        shapes.put(EMBEDDING, embedding);
        for (int l = 0; l < config.layers(); l++) {
            for (Weight weight : model.architecture.layerWeights()) {
                shapes.put(layer(l, weight.name()), weight.shape());
            }
        }
        shapes.put(FINAL_NORM, List.of((long) config.width()));
        if (!config.tied()) {
            shapes.put(HEAD, embedding);
        }
        SplittableRandom random = new SplittableRandom(seed);
        shapes.forEach((name, shape) -> model.weights.put(name, model.random(shape, deviation, random)));
        return model;
    }

    private Tensor random(List<Long> shape, double deviation, SplittableRandom random) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        float[] values = new float[Math.toIntExact(Arrays.stream(sizes).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = sizes.length == 1 ? 1 : (float) random.nextGaussian(0, deviation);
        }
        try (Scope local = Scope.open()) {
            return Ops.copy(scope, Tensor.of(local, values, sizes), type);
        }
    }

    /** Names of all weights. */
    public List<String> names() {
        return List.copyOf(weights.keySet());
    }

    private void read(ModelFiles files, String stored, String name, List<Long> shape) {
        TensorEntry entry = files.weights().get(stored);
        if (!entry.shape().equals(shape)) {
            throw Problem.rejected("%s: tensor %s: found shape %s, expected %s from its config"
                    .formatted(files.origin(), stored, entry.shape(), shape));
        }
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        try (Scope local = Scope.open()) {
            Tensor mapped = Tensor.over(local, entry.bytes(), entry.type(), sizes);
            Tensor tensor = scope.adopt(Ops.contiguous(local, mapped, type));
            if (!Ops.finite(tensor)) {
                throw Problem.rejected(
                        "%s: tensor %s: found NaN or infinite values, expected finite weights; the file is damaged"
                                .formatted(files.origin(), stored));
            }
            weights.put(name, tensor);
        }
    }

    private static String layer(int index, String weight) {
        return "model.layers." + index + "." + weight;
    }

    public ModelConfig config() {
        return config;
    }

    public ElementType type() {
        return type;
    }

    public Architecture architecture() {
        return architecture;
    }

    /** Bytes of all weights as they are held. */
    public long bytes() {
        return weights.values().stream()
                .mapToLong(weight -> weight.elements() * type.bytes())
                .sum();
    }

    /** The weight of this name. */
    public Tensor get(String name) {
        Tensor tensor = weights.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no weight " + name);
        }
        return tensor;
    }

    /** Puts another tensor in the place of a weight, which is freed. */
    public void replace(String name, Tensor tensor) {
        Tensor old = weights.put(name, scope.adopt(tensor));
        if (old != null && old != tensor) {
            old.close();
        }
    }

    /** Adds adapters: A small and random is the caller's to fill in, B zero, so that nothing changes yet. */
    public void attach(Adapters added) {
        adapters = added;
        script.close();
        script = compile();
        for (int l = 0; l < config.layers(); l++) {
            for (Weight weight : carriers()) {
                long out = weight.shape().get(0);
                long in = weight.shape().get(1);
                weights.put(layer(l, weight.module() + ".lora_A.weight"), Tensor.zeros(scope, type, added.rank(), in));
                weights.put(layer(l, weight.module() + ".lora_B.weight"), Tensor.zeros(scope, type, out, added.rank()));
            }
        }
    }

    /** Names of adapter weights, A and B of each. */
    public List<String> adapterNames() {
        List<String> names = new ArrayList<>();
        for (int l = 0; l < config.layers(); l++) {
            for (Weight weight : carriers()) {
                names.add(layer(l, weight.module() + ".lora_A.weight"));
                names.add(layer(l, weight.module() + ".lora_B.weight"));
            }
        }
        return names;
    }

    /** Names of the weights of the last {@code count} layers. */
    public List<String> lastLayerNames(int count) {
        List<String> names = new ArrayList<>();
        for (int l = Math.max(0, config.layers() - count); l < config.layers(); l++) {
            for (Weight weight : architecture.layerWeights()) {
                names.add(layer(l, weight.name()));
            }
        }
        return names;
    }

    private List<Weight> carriers() {
        return architecture.layerWeights().stream()
                .filter(weight -> weight.linear() && adapters.on(weight.module()))
                .toList();
    }

    /** Adds each adapter to its linear layer and drops it: W + scale · B A. */
    public void merge() {
        for (int l = 0; l < config.layers(); l++) {
            for (Weight weight : carriers()) {
                Tensor a = get(layer(l, weight.module() + ".lora_A.weight"));
                Tensor b = get(layer(l, weight.module() + ".lora_B.weight"));
                String name = layer(l, weight.name());
                replace(name, Ops.addLowRank(scope, get(name), b, a, adapters.scale()));
            }
        }
        adapterNames().forEach(name -> {
            Tensor adapter = weights.remove(name);
            if (adapter != null) {
                adapter.close();
            }
        });
        adapters = Adapters.NONE;
        script.close();
        script = compile();
    }

    // ---- the forward pass, one step at a time

    public Packed pack(Scope owner, List<int[]> rows) {
        return Packed.of(owner, rows, rope);
    }

    RopeTable rope() {
        return rope;
    }

    /** x [N, width]: the embedding of each token. */
    public Tensor embed(Scope owner, Tensor ids) {
        return script.call(owner, "embed", ids, get(EMBEDDING));
    }

    /** x [N, width] through layer l. */
    public Tensor layer(Scope owner, int l, Tensor x, Packed batch) {
        return script.call(
                owner,
                "layer",
                x,
                batch.cos(),
                batch.sin(),
                batch.pad(),
                batch.unpad(),
                batch.rows(),
                batch.length(),
                layerList(l));
    }

    /** Layer l, and what goes into each of its linear layers: first x, then one input each. */
    public List<Tensor> layerInputs(Scope owner, int l, Tensor x, Packed batch) {
        return script.callList(
                owner,
                "inputs",
                x,
                batch.cos(),
                batch.sin(),
                batch.pad(),
                batch.unpad(),
                batch.rows(),
                batch.length(),
                layerList(l));
    }

    Tensor prefill(Scope owner, int l, Tensor x, Packed batch, Tensor keys, Tensor values) {
        return script.call(
                owner,
                "prefill",
                x,
                batch.cos(),
                batch.sin(),
                batch.pad(),
                batch.unpad(),
                batch.rows(),
                batch.length(),
                keys,
                values,
                layerList(l));
    }

    Tensor decode(Scope owner, int l, Tensor x, RopeTable.At position, Tensor at, Tensor mask, KeyValues cache) {
        return script.call(
                owner,
                "decode",
                x,
                position.cos(),
                position.sin(),
                at,
                mask,
                cache.keys(l),
                cache.values(l),
                layerList(l));
    }

    private List<Tensor> layerList(int l) {
        List<Tensor> list = new ArrayList<>();
        for (Weight weight : architecture.layerWeights()) {
            list.add(get(layer(l, weight.name())));
        }
        for (Weight weight : carriers()) {
            list.add(get(layer(l, weight.module() + ".lora_A.weight")));
            list.add(get(layer(l, weight.module() + ".lora_B.weight")));
        }
        return list;
    }

    /** The final norm of hidden states [N, width]. */
    public Tensor norm(Scope owner, Tensor x) {
        return script.call(owner, "norm", x, get(FINAL_NORM));
    }

    /** Logits [N, vocabulary] of normed hidden states. */
    public Tensor logits(Scope owner, Tensor x) {
        return script.call(owner, "logits", x, head());
    }

    /** The head's weight [vocabulary, width]: the embedding where they are tied. */
    public Tensor head() {
        return get(config.tied() ? EMBEDDING : HEAD);
    }

    /** Hidden states [N, width] after the last layer, before the final norm; every step's memory is freed on the way. */
    public Tensor forward(Scope owner, Packed batch) {
        return forward(owner, embed(owner, batch.ids()), batch, 0, config.layers());
    }

    /** x through layers from (inclusive) to (exclusive); x is closed. */
    public Tensor forward(Scope owner, Tensor x, Packed batch, int from, int to) {
        Tensor state = x;
        for (int l = from; l < to; l++) {
            Tensor next = layer(owner, l, state, batch);
            state.close();
            state = next;
        }
        return state;
    }

    /** The weights as they are saved: in fp32 or bf16, as they are held, by their Hugging Face names. */
    public List<TensorEntry> entries() {
        return weights.entrySet().stream()
                .map(entry -> {
                    long[] shape = entry.getValue().shape();
                    List<Long> sizes = Arrays.stream(shape).boxed().toList();
                    return new TensorEntry(
                            entry.getKey(), type, sizes, entry.getValue().data());
                })
                .toList();
    }

    @Override
    public void close() {
        script.close();
        rope.close();
        scope.close();
    }
}
