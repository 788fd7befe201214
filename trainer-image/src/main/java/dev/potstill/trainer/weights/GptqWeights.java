package dev.potstill.trainer.weights;

import java.lang.foreign.Arena;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A model in GPTQ's layout as if it were not quantised: each linear layer's {@code weight} is F32, computed when it is asked for;
 * everything else is as stored.
 */
public final class GptqWeights extends DecodedWeights {
    private final GptqConfig config;

    /** Takes {@code stored} over. */
    public GptqWeights(Weights stored, GptqConfig config) {
        super(stored, names(stored));
        this.config = config;
    }

    private static Set<String> names(Weights stored) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : stored.names()) {
            String module = name.substring(0, Math.max(0, name.lastIndexOf('.')));
            boolean part = stored.names().contains(module + GptqLinear.LEVELS);
            names.add(part ? module + ".weight" : name);
        }
        return names;
    }

    private static String module(String name) {
        return name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name;
    }

    @Override
    boolean isPlain(String name) {
        return !stored().names().contains(module(name) + GptqLinear.LEVELS);
    }

    @Override
    TensorEntry decode(String name, Arena into) {
        return GptqLinear.of(stored(), module(name), config).dequantised(name, config, into);
    }
}
