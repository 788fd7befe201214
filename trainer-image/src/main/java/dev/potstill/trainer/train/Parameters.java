package dev.potstill.trainer.train;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.run.NotFinite;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The trained weights and their optimiser: AdamW (Loshchilov and Hutter, 2019) with gradients clipped by their common norm. Weights
 * computed with in bf16 have an fp32 master that the optimiser steps on, as a bf16 weight cannot hold small steps.
 */
public final class Parameters implements AutoCloseable {
    private static final Script SCRIPT = Script.of("""
            def step(self, weights: List[Tensor], masters: List[Tensor], m: List[Tensor], v: List[Tensor], counts: List[Tensor], lr: float, beta2: float, decay: float, max_norm: float) -> float:
                grads = annotate(List[Tensor], [])
                for w in weights:
                    g = w.grad
                    if g is not None:
                        grads.append(g.float())
                norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(grads, 2)))
                if bool(torch.isfinite(norm)):
                    torch._foreach_mul_(grads, torch.clamp(max_norm / (norm + 1.0e-6), None, 1.0))
                    torch._foreach_add_(counts, 1)
                    torch._fused_adamw_(masters, grads, m, v, [], counts, lr=lr, beta1=0.9, beta2=beta2, weight_decay=decay, eps=1.0e-8, amsgrad=False, maximize=False)
                    for i in range(len(weights)):
                        if weights[i].dtype != masters[i].dtype:
                            weights[i].detach().copy_(masters[i])
                return float(norm.item())
            """, """
            def nothing(self, weights: List[Tensor]) -> Tensor:
                parts = annotate(List[Tensor], [])
                for w in weights:
                    parts.append(torch.mul(w.sum(), 0.0).float())
                return torch.stack(parts).sum()
            """, """
            def clear(self, weights: List[Tensor]) -> int:
                for w in weights:
                    g = w.grad
                    if g is not None:
                        g.zero_()
                return 0
            """);

    private final Scope scope = Scope.open();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final List<Tensor> masters = new ArrayList<>();
    private final List<Tensor> firstMoments = new ArrayList<>();
    private final List<Tensor> secondMoments = new ArrayList<>();
    private final List<Tensor> counts = new ArrayList<>();
    private final AdamW optimizer;

    /**
     * @param trained the weights by name, each with memory of its own; gradients gather at them from now on
     * @param optimizer its settings
     */
    public Parameters(Map<String, Tensor> trained, AdamW optimizer) {
        this.optimizer = optimizer;
        trained.forEach((name, weight) -> {
            weights.put(name, weight.requireGrad());
            masters.add(
                    weight.type() == ElementType.F32
                            ? Ops.detach(scope, weight)
                            : Ops.copy(scope, weight, ElementType.F32));
            firstMoments.add(Tensor.zeros(scope, ElementType.F32, weight.shape()));
            secondMoments.add(Tensor.zeros(scope, ElementType.F32, weight.shape()));
            counts.add(Tensor.zeros(scope, ElementType.F32));
        });
        gatherNothing();
    }

    /** Gives every weight a gradient, of zeros: one that no loss reaches would have none, and no step could be taken. */
    private void gatherNothing() {
        Torch.withGradients(() -> {
            try (Scope local = Scope.open()) {
                SCRIPT.call(local, "nothing", List.copyOf(weights.values())).backward(Tensor.scalar(local, 1));
                return weights.size();
            }
        });
    }

    public long elements() {
        return weights.values().stream().mapToLong(Tensor::elements).sum();
    }

    /**
     * One step against the gathered gradients, which are cleared; gives their norm before clipping.
     *
     * @throws NotFinite where that is no number: weights and moments are left as they were
     */
    public double step(double learningRate) {
        List<Tensor> all = List.copyOf(weights.values());
        double norm = SCRIPT.callNumber(
                "step",
                all,
                masters,
                firstMoments,
                secondMoments,
                counts,
                learningRate,
                optimizer.beta2(),
                optimizer.decay(),
                optimizer.maxNorm());
        clear();
        NotFinite.check(Map.of("gradientNorm", norm));
        return norm;
    }

    /** Forgets the gathered gradients. */
    public void clear() {
        SCRIPT.callLong("clear", List.copyOf(weights.values()));
    }

    /** Everything the next step depends on. */
    public List<TensorEntry> state() {
        List<TensorEntry> entries = new ArrayList<>();
        add(entries, "weight.", masters);
        add(entries, "first_moment.", firstMoments);
        add(entries, "second_moment.", secondMoments);
        add(entries, "count.", counts);
        return entries;
    }

    private void add(List<TensorEntry> entries, String prefix, List<Tensor> tensors) {
        List<String> names = List.copyOf(weights.keySet());
        for (int i = 0; i < names.size(); i++) {
            Tensor tensor = tensors.get(i);
            List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
            entries.add(new TensorEntry(prefix + names.get(i), ElementType.F32, shape, tensor.data()));
        }
    }

    /** Puts a saved state in place, and forgets the gathered gradients. */
    public void restore(Weights saved) {
        clear();
        List<String> names = List.copyOf(weights.keySet());
        for (int i = 0; i < names.size(); i++) {
            read(saved, "weight." + names.get(i), masters.get(i));
            read(saved, "first_moment." + names.get(i), firstMoments.get(i));
            read(saved, "second_moment." + names.get(i), secondMoments.get(i));
            read(saved, "count." + names.get(i), counts.get(i));
            Tensor weight = weights.get(names.get(i));
            if (weight != null && weight.type() != ElementType.F32) {
                Ops.assign(weight, masters.get(i));
            }
        }
    }

    private static void read(Weights saved, String name, Tensor into) {
        TensorEntry entry = saved.get(name);
        try (Scope local = Scope.open()) {
            Ops.assign(into, Tensor.over(local, entry.bytes(), entry.type(), into.shape()));
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
