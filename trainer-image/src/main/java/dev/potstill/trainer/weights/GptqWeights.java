package dev.potstill.trainer.weights;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A model in GPTQ's layout as if it were not quantised: each linear layer's {@code weight} is F32, computed when it is asked for;
 * everything else is as stored.
 */
public final class GptqWeights implements Weights {
    private final Weights stored;
    private final GptqConfig config;
    private final Arena arena = Arena.ofShared();
    private final Map<String, TensorEntry> dequantised = new HashMap<>();
    private final Set<String> names = new LinkedHashSet<>();

    /** Takes {@code stored} over. */
    @SuppressWarnings("MustBeClosedChecker") // closed by close
    public GptqWeights(Weights stored, GptqConfig config) {
        this.stored = stored;
        this.config = config;
        for (String name : stored.names()) {
            String module = name.substring(0, Math.max(0, name.lastIndexOf('.')));
            boolean part = stored.names().contains(module + GptqLinear.LEVELS);
            names.add(part ? module + ".weight" : name);
        }
    }

    @Override
    public Path origin() {
        return stored.origin();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    @Override
    public synchronized TensorEntry get(String name) {
        String module = name.endsWith(".weight") ? name.substring(0, name.length() - ".weight".length()) : name;
        if (!stored.names().contains(module + GptqLinear.LEVELS)) {
            return stored.get(name);
        }
        return dequantised.computeIfAbsent(
                name, weight -> GptqLinear.of(stored, module, config).dequantised(weight, config, arena));
    }

    @Override
    public void close() {
        arena.close();
        stored.close();
    }
}
