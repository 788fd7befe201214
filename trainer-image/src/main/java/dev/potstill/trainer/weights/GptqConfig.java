package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;
import java.util.Optional;

/**
 * The {@code quantization_config} of a {@code config.json} whose linear layers are in GPTQ's layout.
 *
 * @param bits of a weight: 4 or 8
 * @param groupSize weights of one output that share a scale; -1: all of them
 * @param actOrder whether columns were taken in the order of their activations, so that a group's columns lie anywhere
 * @param damp share of the Hessian's mean diagonal that was added to it
 * @param zeroOffset what is to be added to a stored zero point: 1 in version 1 of the format, 0 in version 2
 */
public record GptqConfig(int bits, int groupSize, boolean actOrder, double damp, int zeroOffset) {
    static final String FIELD = "quantization_config";

    /** A version 1 layout, the one that every reader of the format knows. */
    public static GptqConfig of(int bits, int groupSize, boolean actOrder, double damp) {
        return new GptqConfig(bits, groupSize, actOrder, damp, 1);
    }

    /** Weights in one 32-bit word. */
    public int perWord() {
        return 32 / bits;
    }

    /** What a config.json says, if it says anything; {@code origin} names it in errors. */
    static Optional<GptqConfig> of(JsonNode config, Object origin) {
        JsonNode json = config.path(FIELD);
        if (json.isMissingNode() || json.isNull()) {
            return Optional.empty();
        }
        String method = json.path("quant_method").asText("");
        if (!method.equals("gptq")) {
            throw bad(
                    origin,
                    "quant_method",
                    json.path("quant_method"),
                    "\"gptq\", \"fp8\" or a model that is not quantised");
        }
        int bits = json.path("bits").asInt();
        if (bits != 4 && bits != 8) {
            throw bad(origin, "bits", json.path("bits"), "4 or 8");
        }
        String format = json.path("checkpoint_format").asText("gptq");
        if (!format.equals("gptq") && !format.equals("gptq_v2")) {
            throw bad(origin, "checkpoint_format", json.path("checkpoint_format"), "\"gptq\" or \"gptq_v2\"");
        }
        return Optional.of(new GptqConfig(
                bits,
                json.path("group_size").asInt(-1),
                json.path("desc_act").asBoolean(false),
                json.path("damp_percent").asDouble(0.01),
                format.equals("gptq") ? 1 : 0));
    }

    private static Problem bad(Object origin, String field, JsonNode found, String expected) {
        return Problem.unfit("%s: config.json: %s.%s: found %s, expected %s; this quantisation is not supported"
                .formatted(origin, FIELD, field, found.isMissingNode() ? "nothing" : found, expected));
    }

    /** The same config.json with this in it; what is not quantised is in fp16, as the format's kernels take it. */
    public JsonNode in(JsonNode config) {
        ObjectNode changed = config.deepCopy();
        changed.remove("dtype");
        changed.put("torch_dtype", "float16");
        ObjectNode json = changed.putObject(FIELD);
        json.put("quant_method", "gptq");
        json.put("checkpoint_format", zeroOffset == 1 ? "gptq" : "gptq_v2");
        json.put("bits", bits);
        json.put("group_size", groupSize);
        json.put("desc_act", actOrder);
        json.put("sym", true);
        json.put("damp_percent", damp);
        json.put("static_groups", false);
        json.put("true_sequential", false);
        json.put("lm_head", false);
        return changed;
    }

    /** The config.json of the model that the weights stand for. */
    static JsonNode removedFrom(JsonNode config) {
        ObjectNode changed = config.deepCopy();
        changed.remove(FIELD);
        return changed;
    }
}
