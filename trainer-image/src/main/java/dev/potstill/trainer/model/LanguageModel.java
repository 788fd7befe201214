package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.Architecture.Weight;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.TensorEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A model ready to compute: its weights as tensors, and its architecture's script. */
public final class LanguageModel implements AutoCloseable {
    private final ModelConfig config;
    private final Architecture architecture;
    private final ElementType type;
    private final ModelWeights weights;
    private final RopeTable rope;
    private Adapters adapters = Adapters.NONE;
    private Script script;

    private LanguageModel(ModelConfig config, ElementType type) {
        this.config = config;
        this.architecture = Architecture.of(config);
        this.type = type;
        this.weights = new ModelWeights(type);
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
        model.weights.read(files, config, model.architecture, kept);
        return model;
    }

    /** A model that has learned nothing: linear layers and embedding normal with this deviation, norms one. */
    public static LanguageModel random(ModelConfig config, ElementType type, double deviation, long seed) {
        LanguageModel model = new LanguageModel(config, type);
        model.weights.draw(config, model.architecture, deviation, new SplittableRandom(seed));
        return model;
    }

    /** Names of all weights. */
    public List<String> names() {
        return weights.names();
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
        return weights.bytes();
    }

    /** The weight of this name. */
    public Tensor get(String name) {
        return weights.get(name);
    }

    /** Puts another tensor in the place of a weight, which is freed. */
    public void replace(String name, Tensor tensor) {
        weights.replace(name, tensor);
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
                weights.addZeros(ModelWeights.layer(l, weight.module() + ".lora_A.weight"), added.rank(), in);
                weights.addZeros(ModelWeights.layer(l, weight.module() + ".lora_B.weight"), out, added.rank());
            }
        }
    }

    /** Names of adapter weights, A and B of each. */
    public List<String> adapterNames() {
        List<String> names = new ArrayList<>();
        for (int l = 0; l < config.layers(); l++) {
            for (Weight weight : carriers()) {
                names.add(ModelWeights.layer(l, weight.module() + ".lora_A.weight"));
                names.add(ModelWeights.layer(l, weight.module() + ".lora_B.weight"));
            }
        }
        return names;
    }

    /** How many layers stay as they are below the last {@code trained}; 0 trains them all. */
    public int frozenBelow(int trained) {
        return trained == 0 ? 0 : Math.max(0, config.layers() - trained);
    }

    /** Names of the weights of the last {@code trained} layers; of all of them for 0. */
    public List<String> lastLayerNames(int trained) {
        List<String> names = new ArrayList<>();
        for (int l = frozenBelow(trained); l < config.layers(); l++) {
            for (Weight weight : architecture.layerWeights()) {
                names.add(ModelWeights.layer(l, weight.name()));
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
                Tensor a = get(ModelWeights.layer(l, weight.module() + ".lora_A.weight"));
                Tensor b = get(ModelWeights.layer(l, weight.module() + ".lora_B.weight"));
                String name = ModelWeights.layer(l, weight.name());
                try (Scope local = Scope.open()) {
                    replace(name, Ops.addLowRank(local, get(name), b, a, adapters.scale()));
                }
            }
        }
        adapterNames().forEach(weights::remove);
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
        return script.call(owner, "embed", ids, get(ModelWeights.EMBEDDING));
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
            list.add(get(ModelWeights.layer(l, weight.name())));
        }
        for (Weight weight : carriers()) {
            list.add(get(ModelWeights.layer(l, weight.module() + ".lora_A.weight")));
            list.add(get(ModelWeights.layer(l, weight.module() + ".lora_B.weight")));
        }
        return list;
    }

    /** The final norm of hidden states [N, width]. */
    public Tensor norm(Scope owner, Tensor x) {
        return script.call(owner, "norm", x, get(ModelWeights.FINAL_NORM));
    }

    /** Logits [N, vocabulary] of normed hidden states. */
    public Tensor logits(Scope owner, Tensor x) {
        return script.call(owner, "logits", x, head());
    }

    /** The head's weight [vocabulary, width]: the embedding where they are tied. */
    public Tensor head() {
        return get(config.tied() ? ModelWeights.EMBEDDING : ModelWeights.HEAD);
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
        return weights.entries();
    }

    @Override
    public void close() {
        script.close();
        rope.close();
        weights.close();
    }
}
