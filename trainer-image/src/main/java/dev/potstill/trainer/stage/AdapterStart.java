package dev.potstill.trainer.stage;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.run.Draws;
import java.util.SplittableRandom;

/** How adapters begin: A uniform in ±1/√in (He et al., 2015, with a slope of √5, as PEFT does), B zero. */
final class AdapterStart {
    private AdapterStart() {}

    static void randomise(LanguageModel model, long seed) {
        for (String name : model.adapted().names()) {
            if (name.endsWith(".lora_A.weight")) {
                fill(model.get(name), Draws.of(seed, name.hashCode()));
            }
        }
    }

    private static void fill(Tensor a, SplittableRandom random) {
        long[] shape = a.shape();
        double bound = 1 / Math.sqrt(shape[1]);
        float[] values = uniform(Math.toIntExact(a.elements()), bound, random);
        try (Scope scope = Scope.open()) {
            Ops.assign(a, Tensor.of(scope, values, shape));
        }
    }

    static float[] uniform(int count, double bound, SplittableRandom random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-bound, bound);
        }
        return values;
    }
}
