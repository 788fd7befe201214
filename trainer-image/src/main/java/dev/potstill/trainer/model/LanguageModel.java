package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.TensorEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** A model ready to compute: its weights as tensors, and the scripts of its layers. */
public final class LanguageModel implements AutoCloseable {
    private final ModelConfig config;
    private final Arithmetic arithmetic;
    private final ModelWeights weights;
    private final RopeTable rope;
    private final Script ends;
    private final Head head;
    private final AdaptedLayers adapted;
    private boolean recomputed;
    private Optional<StreamedLayers> streamed = Optional.empty();

    private LanguageModel(ModelConfig config, Arithmetic arithmetic) {
        this.config = config;
        this.arithmetic = arithmetic;
        this.weights = new ModelWeights(arithmetic.held());
        this.rope = new RopeTable(config, arithmetic.computed());
        this.adapted = new AdaptedLayers(config, weights, arithmetic);
        this.ends = Script.of("""
                def embed(self, ids: Tensor, embedding: Tensor) -> Tensor:
                    return torch.embedding(embedding, ids)

                def norm(self, x: Tensor, w: Tensor) -> Tensor:
                    return torch.rms_norm(x, [w.size(0)], w, %s)

                """.formatted(config.epsilon()));
        this.head = new Head(config, weights, arithmetic);
    }

    /** Loads all layers. The files must stay open as long as the model: weights of the right type are not copied. */
    public static LanguageModel load(ModelFiles files, ElementType type) {
        return load(files, Arithmetic.here(type));
    }

    /** The same, computing as told. */
    public static LanguageModel load(ModelFiles files, Arithmetic arithmetic) {
        ModelConfig config = ModelConfig.of(files);
        return load(files, arithmetic, config, config.all());
    }

    /** Loads the layers {@code kept}, renumbered from 0. */
    public static LanguageModel load(ModelFiles files, ElementType type, List<Integer> kept) {
        ModelConfig whole = ModelConfig.of(files);
        return load(files, Arithmetic.here(type), kept.equals(whole.all()) ? whole : whole.keep(kept), kept);
    }

    private static LanguageModel load(ModelFiles files, Arithmetic arithmetic, ModelConfig config, List<Integer> kept) {
        LanguageModel model = new LanguageModel(config, arithmetic);
        model.weights.read(files, config, kept);
        // Every weight has been looked at, and most are not used before long.
        files.weights().unload();
        return model;
    }

    /**
     * A model of which one layer is in memory and the next is being read: {@link #eachLayer} alone passes its layers. The files must
     * stay open as long as the model.
     *
     * @param watch is told of each layer before it is passed, which can take long
     */
    public static LanguageModel streamed(ModelFiles files, ElementType type, IntConsumer watch) {
        ModelConfig config = ModelConfig.of(files);
        LanguageModel model = new LanguageModel(config, Arithmetic.here(type));
        model.weights.readEnds(files, config);
        model.streamed = Optional.of(new StreamedLayers(new StoredWeights(files, type), config, model.weights, watch));
        return model;
    }

    /** A model that has learned nothing: matrices normal with this deviation, norms one, biases zero. */
    public static LanguageModel random(ModelConfig config, ElementType type, double deviation, long seed) {
        return random(config, Arithmetic.here(type), deviation, seed);
    }

    /** The same, computing as told. */
    public static LanguageModel random(ModelConfig config, Arithmetic arithmetic, double deviation, long seed) {
        LanguageModel model = new LanguageModel(config, arithmetic);
        model.weights.draw(config, deviation, new SplittableRandom(seed));
        return model;
    }

    /** Names of all weights. */
    public List<String> names() {
        return weights.names();
    }

    public ModelConfig config() {
        return config;
    }

    /** Of its weights, and of hidden states between layers. */
    public ElementType type() {
        return arithmetic.held();
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

    /** Names of the weights of the last {@code trained} layers; of all of them for 0. */
    public List<String> lastLayerNames(int trained) {
        List<String> names = new ArrayList<>();
        for (int l = config.frozenBelow(trained); l < config.layers(); l++) {
            for (Weight weight : config.blocks().get(l).weights()) {
                if (weight.trained()) {
                    names.add(ModelWeights.layer(l, weight.name()));
                }
            }
        }
        return names;
    }

    /** Its layers and the adapters on them. */
    public AdaptedLayers adapted() {
        return adapted;
    }

    public Packed pack(Scope owner, List<int[]> rows) {
        return Packed.of(owner, rows, rope);
    }

    RopeTable rope() {
        return rope;
    }

    /** x [N, width]: the embedding of each token. */
    public Tensor embed(Scope owner, Tensor ids) {
        return ends.call(owner, "embed", ids, get(ModelWeights.EMBEDDING));
    }

    /** Passes the layers below {@code to} from the first on, each in memory while {@code work} is at it. */
    public void eachLayer(int to, IntConsumer work) {
        streamed.ifPresentOrElse(
                layers -> layers.each(to, work), () -> IntStream.range(0, to).forEach(work));
    }

    /** Whether its layers are read again whenever they are passed. */
    public boolean isStreamed() {
        return streamed.isPresent();
    }

    /** x [N, width] through layer l. */
    public Tensor layer(Scope owner, int l, Tensor x, Packed batch) {
        return adapted.layers().layer(owner, l, x, batch);
    }

    /** The same; what a router says is added to {@code routing}. */
    public Tensor layer(Scope owner, int l, Tensor x, Packed batch, Routing routing) {
        if (!config.blocks().get(l).feedForward().routed()) {
            return layer(owner, l, x, batch);
        }
        List<Tensor> made = adapted.layers().routed(owner, l, x, batch);
        routing.logits().add(made.get(1));
        return made.getFirst();
    }

    /**
     * Whether layers are computed again on the way back of a {@link LayerPass}, instead of being kept. They always are where weights
     * are widened: all of them would be kept so.
     */
    public void recompute(boolean on) {
        recomputed = on;
    }

    boolean isRecomputed() {
        return recomputed || arithmetic.widens();
    }

    boolean isWidened() {
        return arithmetic.widens();
    }

    /** Whether anything of layer l is trained. */
    boolean isTrained(int l) {
        return Ops.requiresGrad(adapted.layers().weights(l));
    }

    /** Layer l, and what goes into each of its linear layers: first x, then one input each. */
    public List<Tensor> layerInputs(Scope owner, int l, Tensor x, Packed batch) {
        return adapted.layers().inputs(owner, l, x, batch);
    }

    /** The final norm of hidden states [N, width]. */
    public Tensor norm(Scope owner, Tensor x) {
        return ends.call(owner, "norm", x, get(ModelWeights.FINAL_NORM));
    }

    /** Logits [N, vocabulary] of normed hidden states. */
    public Tensor logits(Scope owner, Tensor x) {
        return head.logits(owner, x);
    }

    Head head() {
        return head;
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

    /** The weights as they are saved: as they are held, by their Hugging Face names. */
    public List<TensorEntry> entries() {
        return weights.entries();
    }

    @Override
    public void close() {
        streamed.ifPresent(StreamedLayers::close);
        adapted.close();
        head.close();
        ends.close();
        rope.close();
        weights.close();
    }
}
