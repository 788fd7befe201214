package dev.potstill.trainer.model;

import dev.potstill.contract.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The architectures: what the layers of each are made of, as its config.json says. */
enum Family {
    /** Touvron et al., 2023. */
    Llama("llama") {
        @Override
        Block block(Settings config, Rope rope, int layer) {
            boolean bias = config.flag("attention_bias", false);
            return block(config, GroupedQuery.of(config, 0, 0).withBias(bias, bias), config.flag("mlp_bias", false));
        }
    },

    /** Yang et al., 2024. */
    Qwen2("qwen2") {
        @Override
        Block block(Settings config, Rope rope, int layer) {
            GroupedQuery attention = GroupedQuery.of(config, 32, 0).withBias(true, false);
            return block(config, attention.withWindow(window(config, layer)), false);
        }
    },

    /** Yang et al., 2025. */
    Qwen3("qwen3") {
        @Override
        Block block(Settings config, Rope rope, int layer) {
            boolean bias = config.flag("attention_bias", false);
            GroupedQuery attention =
                    GroupedQuery.of(config, 32, 128).withBias(bias, bias).withNorms();
            return block(config, attention.withWindow(window(config, layer)), false);
        }
    },

    /** Jiang et al., 2023. */
    Mistral("mistral") {
        @Override
        Block block(Settings config, Rope rope, int layer) {
            // A config without the field means the first version's window, one with null none.
            int window = config.json().has("sliding_window") ? config.count("sliding_window", 0) : 4096;
            return block(config, GroupedQuery.of(config, 8, 0).withWindow(window), false);
        }
    },

    /** Jiang et al., 2024. */
    Mixtral("mixtral") {
        @Override
        Block block(Settings config, Rope rope, int layer) {
            int width = config.positive("hidden_size");
            int experts = config.positive("num_local_experts", 8);
            List<SwiGlu> each = new ArrayList<>();
            for (int e = 0; e < experts; e++) {
                String prefix = "block_sparse_moe.experts." + e + ".";
                each.add(new SwiGlu(
                        prefix + "w1",
                        prefix + "w3",
                        prefix + "w2",
                        width,
                        config.positive("intermediate_size"),
                        false));
            }
            int chosen = atMost(config, "num_experts_per_tok", 2, experts, "num_local_experts");
            Router router = new Router.Likeliest("block_sparse_moe.gate", width, experts, chosen, true);
            GroupedQuery attention = GroupedQuery.of(config, 8, 0).withWindow(config.count("sliding_window", 0));
            return new Block(width, epsilon(config), attention, new Experts(router, each, Optional.empty()));
        }

        @Override
        double epsilon(Settings config) {
            return config.number("rms_norm_eps", 1e-5);
        }

        @Override
        double theta() {
            return 1e6;
        }
    },

    /** DeepSeek-AI, 2024; DeepSeek-R1 is one. */
    DeepSeekV3("deepseek_v3") {
        @Override
        Block block(Settings config, Rope rope, int layer) {
            config.only("scoring_func", "sigmoid");
            config.only("topk_method", "noaux_tc");
            config.only("moe_layer_freq", 1);
            int width = config.positive("hidden_size");
            FeedForward part = layer < config.count("first_k_dense_replace", 3)
                    ? SwiGlu.of("mlp", width, config.positive("intermediate_size"), false)
                    : experts(config, width);
            return new Block(width, epsilon(config), Latent.of(config, rope), part);
        }

        private Experts experts(Settings config, int width) {
            int count = config.positive("n_routed_experts", 256);
            int size = config.positive("moe_intermediate_size");
            List<SwiGlu> each = new ArrayList<>();
            for (int e = 0; e < count; e++) {
                each.add(SwiGlu.of("mlp.experts." + e, width, size, false));
            }
            int groups = config.positive("n_group", 8);
            int chosenGroups = atMost(config, "topk_group", 4, groups, "n_group");
            if (count % groups != 0 || count / groups < 2) {
                throw Problem.unfit(
                        "%s: n_group: found %d, expected a divisor of n_routed_experts = %d with at least two experts in each"
                                .formatted(config.origin(), groups, count));
            }
            int chosen = atMost(
                    config,
                    "num_experts_per_tok",
                    8,
                    chosenGroups * (count / groups),
                    "the experts of topk_group groups");
            Router router = new Router.Grouped(
                    "mlp.gate",
                    width,
                    count,
                    chosen,
                    groups,
                    chosenGroups,
                    config.flag("norm_topk_prob", true),
                    config.number("routed_scaling_factor", 2.5));
            int shared = config.positive("n_shared_experts", 1);
            return new Experts(router, each, Optional.of(SwiGlu.of("mlp.shared_experts", width, size * shared, false)));
        }
    };

    private final String type;

    Family(String type) {
        this.type = type;
    }

    /** By the config's model_type. */
    static Family of(Settings config) {
        String found = config.text("model_type", "");
        return Arrays.stream(values())
                .filter(family -> family.type.equals(found))
                .findFirst()
                .orElseThrow(() -> Problem.unfit(
                        "%s: model_type: found \"%s\", expected one of %s; this architecture is not supported"
                                .formatted(
                                        config.origin(),
                                        found,
                                        Arrays.stream(values()).map(f -> f.type).collect(Collectors.joining(", ")))));
    }

    /** Layer number {@code layer}, from 0. */
    abstract Block block(Settings config, Rope rope, int layer);

    double epsilon(Settings config) {
        return config.number("rms_norm_eps", 1e-6);
    }

    /** The rotary base where the config names none. */
    double theta() {
        return 10_000;
    }

    Block block(Settings config, GroupedQuery attention, boolean bias) {
        int width = config.positive("hidden_size");
        SwiGlu part = SwiGlu.of("mlp", width, config.positive("intermediate_size"), bias);
        return new Block(width, epsilon(config), attention, part);
    }

    /** Qwen's: only layers from some on look through a window. */
    private static int window(Settings config, int layer) {
        if (!config.flag("use_sliding_window", false)) {
            return 0;
        }
        int window = config.count("sliding_window", 4096);
        String type = config.json().path("layer_types").path(layer).asText("");
        return switch (type) {
            case "full_attention" -> 0;
            case "sliding_attention" -> window;
            case "" -> layer >= config.count("max_window_layers", 28) ? window : 0;
            default -> throw config.unsupported("layer_types", type, "full_attention or sliding_attention");
        };
    }

    private static int atMost(Settings config, String field, int absent, int most, String of) {
        int value = config.positive(field, absent);
        if (value > most) {
            throw Problem.unfit(
                    "%s: %s: found %d, expected at most %d, %s".formatted(config.origin(), field, value, most, of));
        }
        return value;
    }
}
