package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A copy of the trained weights as they were when they did best. */
public final class BestWeights implements AutoCloseable {
    private static final String PREFIX = "best.";

    private final Map<String, Tensor> live;
    private final Map<String, Tensor> best = new LinkedHashMap<>();
    private final Scope scope = Scope.open();

    /** Begins with the weights as they are. */
    public BestWeights(Map<String, Tensor> live) {
        this.live = new LinkedHashMap<>(live);
        live.forEach((name, weight) -> best.put(name, Ops.copy(scope, weight, weight.type())));
    }

    /** Keeps the weights as they are now. */
    public void keep() {
        copy(live, best);
    }

    /** Puts the best weights in place. */
    public void restoreLive() {
        copy(best, live);
    }

    private static void copy(Map<String, Tensor> from, Map<String, Tensor> to) {
        from.forEach((name, tensor) -> {
            Tensor target = to.get(name);
            if (target != null) {
                Ops.assign(target, tensor);
            }
        });
    }

    /** As saved in a checkpoint. */
    public List<TensorEntry> state() {
        return best.entrySet().stream()
                .map(entry -> {
                    Tensor tensor = entry.getValue();
                    List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
                    return new TensorEntry(PREFIX + entry.getKey(), tensor.type(), shape, tensor.data());
                })
                .toList();
    }

    public void restore(Weights saved) {
        try (Scope local = Scope.open()) {
            best.forEach((name, tensor) -> {
                TensorEntry entry = saved.get(PREFIX + name);
                Ops.assign(tensor, Tensor.over(local, entry.bytes(), entry.type(), tensor.shape()));
            });
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
