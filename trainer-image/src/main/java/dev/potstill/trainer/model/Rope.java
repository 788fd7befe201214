package dev.potstill.trainer.model;

/**
 * Rotary position embedding (Su et al., 2021): position p turns the pair (x_i, x_{i+D/2}) by p times the pair's frequency; some
 * models stretch the frequencies for contexts longer than those they were first trained on.
 */
public sealed interface Rope {

    /** One turning frequency for each pair of a head of this size, radians a position, in fp32 as transformers computes them. */
    float[] frequencies(int size);

    /** What cosines and sines are multiplied by. */
    default double scale() {
        return 1;
    }

    /** What the scores of latent attention are multiplied by. */
    default double sharpness() {
        return 1;
    }

    static Rope plain(double theta) {
        return new Plain(theta);
    }

    /** As published: theta^(−2i/D). */
    record Plain(double theta) implements Rope {
        @Override
        public float[] frequencies(int size) {
            float[] frequencies = new float[size / 2];
            for (int i = 0; i < frequencies.length; i++) {
                float exponent = 2f * i / size;
                frequencies[i] = 1f / (float) Math.pow(theta, exponent);
            }
            return frequencies;
        }
    }

    /** All stretched alike (Chen et al., 2023). */
    record Linear(double theta, double factor) implements Rope {
        @Override
        public float[] frequencies(int size) {
            float[] frequencies = new Plain(theta).frequencies(size);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = (float) (frequencies[i] / factor);
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
        public float[] frequencies(int size) {
            float[] frequencies = new Plain(theta).frequencies(size);
            for (int i = 0; i < frequencies.length; i++) {
                double wavelength = 2 * Math.PI / frequencies[i];
                double kept = Math.clamp((original / wavelength - low) / (high - low), 0, 1);
                frequencies[i] = (float) ((1 - kept) * frequencies[i] / factor + kept * frequencies[i]);
            }
            return frequencies;
        }
    }

    /**
     * YaRN (Peng et al., 2023): pairs that turn more than {@code fast} times in the original context are kept, those that turn less
     * than {@code slow} times are stretched, and those between are blended.
     *
     * @param truncated whether the bounds of the blend are rounded to whole pairs
     */
    record Yarn(
            double theta,
            double factor,
            double original,
            double fast,
            double slow,
            boolean truncated,
            double scale,
            double sharpness)
            implements Rope {
        @Override
        public float[] frequencies(int size) {
            double low = pair(fast, size);
            double high = pair(slow, size);
            low = Math.max(truncated ? Math.floor(low) : low, 0);
            high = Math.min(truncated ? Math.ceil(high) : high, size - 1);
            double width = low == high ? 0.001 : high - low;
            float[] frequencies = new Plain(theta).frequencies(size);
            for (int i = 0; i < frequencies.length; i++) {
                float stretched = (float) Math.clamp((i - low) / width, 0, 1);
                frequencies[i] = (float) (frequencies[i] / factor) * stretched + frequencies[i] * (1 - stretched);
            }
            return frequencies;
        }

        /** The pair, as a fraction, that turns so often in the original context. */
        private double pair(double turns, int size) {
            return size * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }

        /** How much longer contexts flatten attention, which is made up for (equation 22 of the paper). */
        static double magnitude(double factor, double weight) {
            return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
        }
    }

    /** @param theta where the config names none */
    static Rope of(Settings config, double theta) {
        // Newer configs hold base and scaling in one object.
        Settings newer = config.within("rope_parameters");
        boolean together = newer.json().isObject();
        Settings scaling = together ? newer : config.within("rope_scaling");
        double base = newer.number("rope_theta", config.number("rope_theta", theta));
        if (config.number("partial_rotary_factor", scaling.number("partial_rotary_factor", 1)) != 1) {
            throw config.unsupported(
                    "partial_rotary_factor",
                    config.json().path("partial_rotary_factor").asText(),
                    "1");
        }
        String type = scaling.text("rope_type", scaling.text("type", "default"));
        return switch (type) {
            case "default" -> new Plain(base);
            case "linear" -> new Linear(base, scaling.positiveNumber("factor"));
            case "llama3" ->
                new Llama3(
                        base,
                        scaling.positiveNumber("factor"),
                        scaling.positiveNumber("low_freq_factor"),
                        scaling.positiveNumber("high_freq_factor"),
                        scaling.positiveNumber("original_max_position_embeddings"));
            case "yarn" -> yarn(config, scaling, base);
            default -> throw scaling.unsupported("rope_type", "\"" + type + "\"", "default, linear, llama3 or yarn");
        };
    }

    private static Rope yarn(Settings config, Settings scaling, double theta) {
        double factor = scaling.positiveNumber("factor");
        double weight = scaling.number("mscale", 0);
        double all = scaling.number("mscale_all_dim", 0);
        double scale = weight != 0 && all != 0
                ? Yarn.magnitude(factor, weight) / Yarn.magnitude(factor, all)
                : Yarn.magnitude(factor, 1);
        double flattening = all == 0 ? 1 : Yarn.magnitude(factor, all);
        return new Yarn(
                theta,
                factor,
                scaling.positive("original_max_position_embeddings", config.positive("max_position_embeddings", 2048)),
                scaling.number("beta_fast", 32),
                scaling.number("beta_slow", 1),
                scaling.flag("truncate", true),
                scaling.number("attention_factor", scale),
                flattening * flattening);
    }
}
