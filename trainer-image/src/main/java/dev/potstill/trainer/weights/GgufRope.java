package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How far a GGUF model's rotary positions are stretched. Llama 3 stretches every frequency by a factor of its own, which GGUF keeps as a
 * tensor [head_dim / 2]; {@code config.json} keeps the four numbers that it comes from.
 */
final class GgufRope {
    private static final double LOW_FREQUENCY_FACTOR = 1;
    private static final double HIGH_FREQUENCY_FACTOR = 4;
    private static final int ORIGINAL_POSITIONS = 8192;

    private GgufRope() {}

    static Optional<ObjectNode> scaling(GgufSettings settings, JsonNode config, @Nullable GgufTensor factors) {
        if (factors != null) {
            return Optional.of(llama3(settings, config, floats(factors)));
        }
        String type = settings.text(settings.own("rope.scaling.type")).orElse("none");
        if (type.equals("none")) {
            return Optional.empty();
        }
        ObjectNode json = JsonFile.JSON.createObjectNode();
        json.put("rope_type", type);
        String factor = settings.own("rope.scaling.factor");
        json.put("factor", settings.number(factor).orElseThrow(() -> settings.missing(factor, "a number")));
        settings.integer(settings.own("rope.scaling.original_context_length"))
                .ifPresent(positions -> json.put("original_max_position_embeddings", positions));
        return Optional.of(json);
    }

    private static ObjectNode llama3(GgufSettings settings, JsonNode config, float[] factors) {
        double factor = factors[factors.length - 1];
        for (int i = 0; i < factors.length; i++) {
            double expected = llama3(i, factor, config);
            if (factors.length != config.path("head_dim").asInt() / 2 || Math.abs(factors[i] / expected - 1) > 1e-4) {
                throw Problem.rejected("%s: tensor %s holds %s as factor %d of %d; expected %s, as in Llama 3"
                        .formatted(settings.file(), GgufConfig.ROPE_FACTORS, factors[i], i, factors.length, expected));
            }
        }
        ObjectNode json = JsonFile.JSON.createObjectNode();
        json.put("rope_type", "llama3");
        json.put("factor", factor);
        json.put("low_freq_factor", LOW_FREQUENCY_FACTOR);
        json.put("high_freq_factor", HIGH_FREQUENCY_FACTOR);
        json.put("original_max_position_embeddings", ORIGINAL_POSITIONS);
        return json;
    }

    /** Short waves stay, long ones are stretched whole, and those between in part. Source: apply_scaling of Llama 3.1's reference. */
    private static double llama3(int i, double factor, JsonNode config) {
        double theta = config.path("rope_theta").asDouble();
        double wave =
                2 * Math.PI * Math.pow(theta, 2.0 * i / config.path("head_dim").asDouble());
        if (wave < ORIGINAL_POSITIONS / HIGH_FREQUENCY_FACTOR) {
            return 1;
        }
        if (wave > ORIGINAL_POSITIONS / LOW_FREQUENCY_FACTOR) {
            return factor;
        }
        double smooth =
                (ORIGINAL_POSITIONS / wave - LOW_FREQUENCY_FACTOR) / (HIGH_FREQUENCY_FACTOR - LOW_FREQUENCY_FACTOR);
        return 1 / ((1 - smooth) / factor + smooth);
    }

    private static float[] floats(GgufTensor tensor) {
        try (Arena arena = Arena.ofConfined()) {
            return tensor.floats(arena, LongUnaryOperator.identity()).toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
