package dev.potstill.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.weights.ModelFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a decoder, as its config.json says.
 *
 * @param vocabulary rows of the embedding
 * @param width size of a hidden state
 * @param blocks the layers
 * @param epsilon of the last norm
 * @param tied whether the head is the embedding
 * @param rope position embedding
 * @param rotated size of what it turns of each head
 * @param maxPositions longest sequence
 * @param json the config.json it was read from
 */
public record ModelConfig(
        int vocabulary,
        int width,
        List<Block> blocks,
        double epsilon,
        boolean tied,
        Rope rope,
        int rotated,
        int maxPositions,
        JsonNode json) {

    public ModelConfig {
        blocks = List.copyOf(blocks);
    }

    /** The shape of a model at rest. */
    public static ModelConfig of(ModelFiles files) {
        return of(files.config(), files.origin().toString());
    }

    /** Reads a config.json; {@code origin} names it in errors. */
    public static ModelConfig of(JsonNode json, String origin) {
        Settings config = new Settings(json, origin);
        Family family = Family.of(config);
        config.only("hidden_act", "silu");
        Rope rope = Rope.of(config, family.theta());
        List<Block> blocks = new ArrayList<>();
        for (int l = 0; l < config.positive("num_hidden_layers"); l++) {
            Block block = family.block(config, rope, l);
            // Equal ones are one object: an expert layer's weights are many.
            int same = blocks.indexOf(block);
            blocks.add(same < 0 ? block : blocks.get(same));
        }
        return new ModelConfig(
                config.positive("vocab_size"),
                config.positive("hidden_size"),
                blocks,
                family.epsilon(config),
                config.flag("tie_word_embeddings", false),
                rope,
                blocks.getFirst().attention().rotated(),
                config.positive("max_position_embeddings", 2048),
                json);
    }

    /** Number of layers. */
    public int layers() {
        return blocks.size();
    }

    /** How many layers stay as they are below the last {@code trained}; 0 trains them all. */
    public int frozenBelow(int trained) {
        return trained == 0 ? 0 : Math.max(0, layers() - trained);
    }

    /** Parameters of the layer that has most. */
    public long largestLayer() {
        return blocks.stream()
                .mapToLong(block ->
                        block.weights().stream().mapToLong(Weight::elements).sum())
                .max()
                .orElse(0);
    }

    /** Experts that a token passes in a layer at most; 0 where it has none to choose from. */
    public int chosenExperts() {
        return blocks.stream()
                .mapToInt(block -> block.feedForward() instanceof Experts experts
                        ? experts.router().chosen()
                        : 0)
                .max()
                .orElse(0);
    }

    /** The same model with some of its layers, in this order. */
    public ModelConfig keep(List<Integer> kept) {
        ObjectNode changed = json.deepCopy();
        changed.put("num_hidden_layers", kept.size());
        // Settings that say which layers are of which kind.
        if (blocks.stream().anyMatch(block -> block.feedForward().routed()) && json.has("n_routed_experts")) {
            changed.put(
                    "first_k_dense_replace", json.path("first_k_dense_replace").asInt(3));
        }
        for (String first : List.of("first_k_dense_replace", "max_window_layers")) {
            if (changed.path(first).isInt()) {
                int below = changed.path(first).asInt();
                changed.put(first, (int)
                        kept.stream().filter(layer -> layer < below).count());
            }
        }
        if (json.path("layer_types").isArray()) {
            ArrayNode types = changed.putArray("layer_types");
            kept.forEach(layer -> types.add(json.path("layer_types").path(layer)));
        }
        ModelConfig cut = of(changed, "config.json");
        if (!cut.blocks.equals(kept.stream().map(blocks::get).toList())) {
            throw Problem.unfit("layers %s of %s cannot be kept alone: a %s config cannot say of which kind each is"
                    .formatted(kept, layers(), json.path("model_type").asText()));
        }
        return cut;
    }

    List<Integer> all() {
        return IntStream.range(0, layers()).boxed().toList();
    }

    /** Parameters in all, the head counted once if it is the embedding. */
    public long parameters() {
        return parameters(layers()) + (long) vocabulary * width * (tied ? 1 : 2) + width;
    }

    /** Those of so many layers, the first ones. */
    public long parameters(int first) {
        return blocks.subList(0, first).stream()
                .flatMap(block -> block.weights().stream())
                .mapToLong(Weight::elements)
                .sum();
    }
}
