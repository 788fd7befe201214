package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Problem;
import java.util.Optional;

/**
 * The {@code quantization_config} of a {@code config.json} whose linear layers are in fp8 with a scale for each block of weights, as
 * DeepSeek-V3's are.
 *
 * @param rows of a block: outputs that share a scale
 * @param columns of a block: inputs that share it
 */
record Fp8Config(int rows, int columns) {
    private static final String METHOD = "fp8";

    /** What transformers takes where nothing is said. */
    private static final int BLOCK = 128;

    /** What a config.json says, if it says this; {@code origin} names it in errors. */
    static Optional<Fp8Config> of(JsonNode config, Object origin) {
        JsonNode json = config.path(GptqConfig.FIELD);
        if (!json.path("quant_method").asText().equals(METHOD)) {
            return Optional.empty();
        }
        String format = json.path("fmt").asText("e4m3");
        if (!format.equals("e4m3")) {
            throw bad(origin, "fmt", json.path("fmt"), "\"e4m3\"");
        }
        JsonNode size = json.path("weight_block_size");
        if (size.isMissingNode()) {
            return Optional.of(new Fp8Config(BLOCK, BLOCK));
        }
        if (size.size() != 2 || size.path(0).asInt() < 1 || size.path(1).asInt() < 1) {
            throw bad(origin, "weight_block_size", size, "two positive numbers such as [128, 128]");
        }
        return Optional.of(new Fp8Config(size.path(0).asInt(), size.path(1).asInt()));
    }

    private static Problem bad(Object origin, String field, JsonNode found, String expected) {
        return Problem.unfit("%s: config.json: %s.%s: found %s, expected %s; this quantisation is not supported"
                .formatted(origin, GptqConfig.FIELD, field, found, expected));
    }
}
