package dev.potstill.trainer.quantization;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.weights.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The calibration rows on their way up the model: after each quantised layer, what goes into the next. */
final class Activations implements AutoCloseable {
    private final LanguageModel model;
    private final StopSignal stop;
    private final Scope scope = Scope.open();
    private final List<Packed> batches = new ArrayList<>();
    private final List<Tensor> states = new ArrayList<>();
    private final long tokens;

    Activations(LanguageModel model, CalibrationRows rows, StopSignal stop) {
        this.model = model;
        this.stop = stop;
        this.tokens = rows.tokens();
        for (List<int[]> batch : rows.batches()) {
            Packed packed = model.pack(scope, batch);
            batches.add(packed);
            states.add(model.embed(scope, packed.ids()));
        }
    }

    /** The curvature at each linear layer of layer l, in their order; those that share their input share it. */
    List<Gptq.Curvature> curvatures(Scope owner, int l, Gptq gptq) {
        try (Scope gathered = Scope.open()) {
            Map<Integer, Tensor> sums = new LinkedHashMap<>();
            List<Integer> inputOf = model.config().blocks().get(l).sharedInputs();
            for (int b = 0; b < batches.size(); b++) {
                stop.check();
                try (Scope local = Scope.open()) {
                    List<Tensor> made = model.layerInputs(local, l, states.get(b), batches.get(b));
                    List<Tensor> inputs = made.subList(1, made.size());
                    for (int i : new TreeSet<>(inputOf)) {
                        long width = inputs.get(i).size(1);
                        Gptq.gather(sums.computeIfAbsent(i, first -> square(gathered, width)), inputs.get(i));
                    }
                }
            }
            Map<Integer, Gptq.Curvature> made = new HashMap<>();
            sums.forEach((i, sum) -> made.put(i, gptq.curvature(owner, sum, tokens)));
            return inputOf.stream().map(made::get).toList();
        }
    }

    private static Tensor square(Scope owner, long width) {
        return Tensor.zeros(owner, ElementType.F64, width, width);
    }

    /** Carries all rows through layer l. */
    void advance(int l) {
        for (int b = 0; b < batches.size(); b++) {
            stop.check();
            Tensor next = model.layer(scope, l, states.get(b), batches.get(b));
            states.set(b, next).close();
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
