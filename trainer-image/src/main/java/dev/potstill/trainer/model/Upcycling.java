package dev.potstill.trainer.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Student;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.run.Draws;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Sparse upcycling (Komatsuzaki et al., 2023): each expert of a layer begins as its dense feed-forward part, and a small random
 * router chooses among them. As the shares of the chosen ones add up to 1, the mixture begins as the very function that the dense
 * model is. It is a Mixtral, so that whatever serves one serves it.
 */
public final class Upcycling {
    /** Standard deviation of a router's weights, as transformers begins all of a Mixtral's. */
    private static final double ROUTER_DEVIATION = 0.02;

    private static final Map<String, String> NAMES = Map.of("gate_proj", "w1", "up_proj", "w3", "down_proj", "w2");

    private Upcycling() {}

    /** The dense model as a mixture of experts. */
    public static ModelFiles of(ModelFiles dense, Student.Moe moe, long seed) {
        ModelConfig config = ModelConfig.of(dense);
        if (config.chosenExperts() > 0) {
            throw Problem.unfit(
                    "%s: model_type: found \"%s\", a mixture of experts already, expected a dense llama or mistral to grow one from; set spec.student.architecture: LoRA or Full"
                            .formatted(
                                    dense.origin(),
                                    config.json().path("model_type").asText()));
        }
        GroupedQuery attention = plainAttention(config, dense.origin());
        ObjectNode json = json(config, attention, moe);
        Mixture weights = new Mixture(dense.weights(), names(config, moe.experts()), routers(config, moe, seed));
        return new ModelFiles(dense.origin(), json, weights, dense.tokenizer());
    }

    /** What a Mixtral can be grown from: layers that are all alike, without biases and norms of heads. */
    private static GroupedQuery plainAttention(ModelConfig config, Path origin) {
        Block first = config.blocks().getFirst();
        boolean alike = config.blocks().stream().allMatch(first::equals);
        if (alike
                && first.attention() instanceof GroupedQuery attention
                && !attention.bias()
                && !attention.outBias()
                && !attention.normed()
                && first.feedForward() instanceof SwiGlu part
                && !part.bias()) {
            return attention;
        }
        throw Problem.unfit(
                "%s: model_type: found \"%s\", expected llama or mistral without biases, as the mixture of experts is saved as a Mixtral; take such a student, or spec.student.architecture: LoRA or Full"
                        .formatted(origin, config.json().path("model_type").asText()));
    }

    private static ObjectNode json(ModelConfig config, GroupedQuery attention, Student.Moe moe) {
        ObjectNode json = config.json().deepCopy();
        json.put("model_type", "mixtral");
        json.putArray("architectures").add("MixtralForCausalLM");
        // What the families leave out differs.
        json.put("num_key_value_heads", attention.kvHeads());
        json.put("head_dim", attention.headSize());
        json.put("rms_norm_eps", config.epsilon());
        json.put(
                "rope_theta",
                json.path("rope_parameters")
                        .path("rope_theta")
                        .asDouble(json.path("rope_theta").asDouble(10_000)));
        if (attention.window() == 0) {
            json.putNull("sliding_window");
        } else {
            json.put("sliding_window", attention.window());
        }
        json.put("num_local_experts", moe.experts());
        json.put("num_experts_per_tok", moe.activeExperts());
        json.put("router_aux_loss_coef", Double.parseDouble(moe.balanceCoefficient()));
        json.put("output_router_logits", false);
        json.put("router_jitter_noise", 0.0);
        json.remove(List.of("mlp_bias", "attention_bias", "pretraining_tp", "quantization_config"));
        return json;
    }

    /** The name of each expert's weight, and of the dense one it begins as. */
    private static Map<String, String> names(ModelConfig config, int experts) {
        Map<String, String> names = new LinkedHashMap<>();
        for (int l = 0; l < config.layers(); l++) {
            for (int e = 0; e < experts; e++) {
                String prefix = "block_sparse_moe.experts." + e + ".";
                for (Map.Entry<String, String> name : NAMES.entrySet()) {
                    names.put(
                            ModelWeights.layer(l, prefix + name.getValue() + ".weight"),
                            ModelWeights.layer(l, "mlp." + name.getKey() + ".weight"));
                }
            }
        }
        return names;
    }

    private static Map<String, float[]> routers(ModelConfig config, Student.Moe moe, long seed) {
        Map<String, float[]> routers = new LinkedHashMap<>();
        for (int l = 0; l < config.layers(); l++) {
            SplittableRandom random = Draws.of(seed, l);
            float[] values = new float[moe.experts() * config.width()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian(0, ROUTER_DEVIATION);
            }
            routers.put(ModelWeights.layer(l, "block_sparse_moe.gate.weight"), values);
        }
        return routers;
    }

    /** The dense model's weights, each of the feed-forward part as often as there are experts, and without a copy. */
    private static final class Mixture implements Weights {
        private final Weights dense;
        private final Map<String, String> names;
        private final Map<String, TensorEntry> routers = new LinkedHashMap<>();
        private final Arena arena = Arena.ofShared();

        Mixture(Weights dense, Map<String, String> names, Map<String, float[]> routers) {
            this.dense = dense;
            this.names = names;
            routers.forEach((name, values) -> {
                String norm = name.replace("block_sparse_moe.gate", "input_layernorm");
                long width = dense.get(norm).shape().getFirst();
                List<Long> shape = List.of(values.length / width, width);
                this.routers.put(name, TensorEntry.of(name, shape, values, arena));
            });
        }

        @Override
        public Path origin() {
            return dense.origin();
        }

        @Override
        public Set<String> names() {
            List<String> all = new ArrayList<>(dense.names());
            all.removeAll(Set.copyOf(names.values()));
            all.addAll(names.keySet());
            all.addAll(routers.keySet());
            return new LinkedHashSet<>(all);
        }

        @Override
        public TensorEntry get(String name) {
            TensorEntry router = routers.get(name);
            return router != null
                    ? router
                    : dense.get(names.getOrDefault(name, name)).named(name);
        }

        @Override
        public long fileBytes() {
            return dense.fileBytes();
        }

        @Override
        public void unload() {
            dense.unload();
        }

        @Override
        public void close() {
            arena.close();
            dense.close();
        }
    }
}
