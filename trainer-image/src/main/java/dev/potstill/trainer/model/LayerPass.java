package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch on its way through layers, and its gradient on the way back. Where the model recomputes, only what goes into each layer is
 * kept, and the layer is computed once more when the gradient comes to it (Chen et al., 2016); else the graph of all of them is.
 */
public final class LayerPass {
    private final LanguageModel model;
    private final Scope scope;
    private final Packed batch;
    private final Routing routing = new Routing();
    private final List<Step> steps = new ArrayList<>();

    /**
     * A layer that is to be computed again.
     *
     * @param out what it put out, where the gradient of a loss gathers
     * @param routes what its router said, likewise; empty if it has none
     */
    private record Step(int layer, Tensor in, Tensor out, List<Tensor> routes) {}

    /** @param scope owns what is kept */
    public LayerPass(LanguageModel model, Scope scope, Packed batch) {
        this.model = model;
        this.scope = scope;
        this.batch = batch;
    }

    public Packed batch() {
        return batch;
    }

    /** What the routers of the layers passed said. */
    public List<Tensor> routing() {
        return routing.logits();
    }

    /** x [N, width] through layers from (inclusive) to (exclusive); x is closed, or kept for the way back. */
    public Tensor through(Tensor x, int from, int to) {
        Tensor state = x;
        for (int l = from; l < to; l++) {
            Tensor next = through(state, l);
            if (steps.isEmpty()) {
                state.close();
            }
            state = next;
        }
        return state;
    }

    /** x [N, width] through layer l. */
    public Tensor through(Tensor x, int l) {
        if (!isRecomputed()) {
            return model.layer(scope, l, x, batch, routing);
        }
        Routing own = new Routing();
        Tensor out = Torch.withoutGradients(() -> model.layer(scope, l, x, batch, own));
        if (steps.isEmpty() && !model.isTrained(l)) {
            return out;
        }
        own.logits().forEach(Tensor::requireGrad);
        routing.logits().addAll(own.logits());
        steps.add(new Step(l, x, out.requireGrad(), own.logits()));
        return out;
    }

    private boolean isRecomputed() {
        return model.isRecomputed() && Torch.isRecording();
    }

    /** Puts the gradients that losses have left at what this gave through to the weights; nothing is left to do where all was kept. */
    public void backward() {
        try (Scope local = Scope.open()) {
            List<Tensor> above = List.of();
            while (!steps.isEmpty()) {
                Step step = steps.removeLast();
                List<Tensor> gradient = new ArrayList<>(above);
                step.out.gathered(local).ifPresent(gradient::add);
                above = gradient.isEmpty() ? List.of() : again(local, step, added(local, gradient));
                gradient.forEach(Tensor::close);
                step.out.close();
            }
        }
    }

    private static Tensor added(Scope scope, List<Tensor> gradients) {
        return gradients.size() == 1 ? gradients.getFirst() : Ops.plus(scope, gradients.get(0), gradients.get(1));
    }

    /** Computes a layer with its graph, and gives the gradient of what goes in, unless nothing below is trained. */
    private List<Tensor> again(Scope owner, Step step, Tensor gradient) {
        return Torch.withGradients(() -> {
            try (Scope local = Scope.open()) {
                Tensor in = Ops.detach(local, step.in);
                if (!steps.isEmpty()) {
                    in.requireGrad();
                }
                Routing own = new Routing();
                Tensor out = model.layer(local, step.layer, in, batch, own);
                List<Tensor> routed = step.routes.stream()
                        .flatMap(route -> route.gathered(local).stream())
                        .toList();
                if (routed.isEmpty()) {
                    out.backward(gradient);
                } else {
                    // One pass for both. The gradient of x · g is g.
                    Ops.sum(
                                    local,
                                    List.of(
                                            Ops.dot(local, out, gradient),
                                            Ops.dot(local, own.logits().getFirst(), routed.getFirst())))
                            .backward(Tensor.scalar(local, 1));
                }
                return steps.isEmpty() ? List.of() : List.of(owner.adopt(in.grad(local)));
            }
        });
    }
}
