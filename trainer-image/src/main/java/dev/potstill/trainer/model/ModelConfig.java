package dev.potstill.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;

/**
 * The shape of a decoder, as its config.json says.
 *
 * @param type the model_type: "llama"
 * @param vocabulary rows of the embedding
 * @param width size of a hidden state
 * @param layers number of layers
 * @param heads number of query heads
 * @param kvHeads number of key and value heads; divides {@code heads}
 * @param headSize size of a head
 * @param inner size of the feed-forward layer
 * @param epsilon of RMSNorm
 * @param tied whether the head is the embedding
 * @param rope position embedding
 * @param maxPositions longest sequence
 * @param json the config.json it was read from
 */
public record ModelConfig(
        String type,
        int vocabulary,
        int width,
        int layers,
        int heads,
        int kvHeads,
        int headSize,
        int inner,
        double epsilon,
        boolean tied,
        Rope rope,
        int maxPositions,
        JsonNode json) {

    /** Reads a config.json; {@code origin} names it in errors. */
    public static ModelConfig of(JsonNode json, String origin) {
        String type = json.path("model_type").asText("");
        if (!type.equals("llama")) {
            throw Problem.unfit(origin + ": model_type: found \"" + type
                    + "\", expected \"llama\"; this architecture is not supported");
        }
        refuse(json, origin, "attention_bias", "false");
        refuse(json, origin, "mlp_bias", "false");
        String activation = json.path("hidden_act").asText("silu");
        if (!activation.equals("silu")) {
            throw Problem.unfit(origin + ": hidden_act: found \"" + activation + "\", expected \"silu\"");
        }
        int width = positive(json, origin, "hidden_size");
        int heads = positive(json, origin, "num_attention_heads");
        int kvHeads = json.path("num_key_value_heads").asInt(heads);
        if (kvHeads < 1 || heads % kvHeads != 0) {
            throw Problem.unfit(origin + ": num_key_value_heads: found " + kvHeads
                    + ", expected a divisor of num_attention_heads = " + heads);
        }
        JsonNode headSize = json.path("head_dim");
        return new ModelConfig(
                type,
                positive(json, origin, "vocab_size"),
                width,
                positive(json, origin, "num_hidden_layers"),
                heads,
                kvHeads,
                headSize.isInt() ? headSize.asInt() : width / heads,
                positive(json, origin, "intermediate_size"),
                json.path("rms_norm_eps").asDouble(1e-6),
                json.path("tie_word_embeddings").asBoolean(false),
                Rope.of(json, origin),
                json.path("max_position_embeddings").asInt(2048),
                json);
    }

    private static int positive(JsonNode json, String origin, String field) {
        int value = json.path(field).asInt(0);
        if (value < 1) {
            throw Problem.rejected(origin + ": " + field + ": found " + (json.has(field) ? json.get(field) : "nothing")
                    + ", expected a positive whole number");
        }
        return value;
    }

    private static void refuse(JsonNode json, String origin, String field, String expected) {
        if (json.path(field).asBoolean(false)) {
            throw Problem.unfit(
                    origin + ": " + field + ": found true, expected " + expected + "; this setting is not supported");
        }
    }

    /** The same model with fewer or more layers. */
    public ModelConfig withLayers(int count) {
        ObjectNode changed = json.deepCopy();
        changed.put("num_hidden_layers", count);
        return of(changed, "config.json");
    }

    /** Parameters in all, the head counted once if it is the embedding. */
    public long parameters() {
        long attention = (long) width * headSize * (2L * heads + 2L * kvHeads);
        long layer = attention + 3L * width * inner + 2L * width;
        return layers * layer + (long) vocabulary * width * (tied ? 1 : 2) + width;
    }
}
