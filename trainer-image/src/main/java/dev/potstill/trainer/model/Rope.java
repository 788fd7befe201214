package dev.potstill.trainer.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Problem;

/**
 * Rotary position embedding (Su et al., 2021): position p turns the pair (x_i, x_{i+D/2}) by p · theta^(-2i/D), with the
 * frequencies of Llama 3 stretched for long contexts where the config says so.
 */
public sealed interface Rope {
    double theta();

    /** One turning frequency for each half of a head, radians a position, in fp32 as transformers computes them. */
    float[] frequencies(int headSize);

    /** As published. */
    record Plain(double theta) implements Rope {
        @Override
        public float[] frequencies(int headSize) {
            float[] frequencies = new float[headSize / 2];
            for (int i = 0; i < frequencies.length; i++) {
                float exponent = 2f * i / headSize;
                frequencies[i] = 1f / (float) Math.pow(theta, exponent);
            }
            return frequencies;
        }
    }

    /**
     * Llama 3's: wavelengths above original / low are stretched by {@code factor}, those below original / high are kept, and
     * those between are blended.
     */
    record Llama3(double theta, double factor, double low, double high, double original) implements Rope {
        @Override
        public float[] frequencies(int headSize) {
            float[] frequencies = new Plain(theta).frequencies(headSize);
            for (int i = 0; i < frequencies.length; i++) {
                double wavelength = 2 * Math.PI / frequencies[i];
                double kept = Math.clamp((original / wavelength - low) / (high - low), 0, 1);
                frequencies[i] = (float) ((1 - kept) * frequencies[i] / factor + kept * frequencies[i]);
            }
            return frequencies;
        }
    }

    static Rope of(JsonNode config, String origin) {
        // Newer configs hold both in one object.
        JsonNode newer = config.path("rope_parameters");
        double theta =
                newer.path("rope_theta").asDouble(config.path("rope_theta").asDouble(10_000));
        JsonNode scaling = newer.isObject() ? newer : config.path("rope_scaling");
        String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        return switch (type) {
            case "default" -> new Plain(theta);
            case "llama3" ->
                new Llama3(
                        theta,
                        positive(scaling, "factor", origin),
                        positive(scaling, "low_freq_factor", origin),
                        positive(scaling, "high_freq_factor", origin),
                        positive(scaling, "original_max_position_embeddings", origin));
            default ->
                throw Problem.unfit(origin + ": rope_scaling.rope_type: found \"" + type
                        + "\", expected \"default\" or \"llama3\"; this kind of position scaling is not supported");
        };
    }

    private static double positive(JsonNode scaling, String field, String origin) {
        double value = scaling.path(field).asDouble(0);
        if (value <= 0) {
            throw Problem.rejected("%s: rope scaling's %s: found %s, expected a positive number"
                    .formatted(origin, field, scaling.has(field) ? scaling.get(field) : "nothing"));
        }
        return value;
    }
}
