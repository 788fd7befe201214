package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Tensor;
import java.util.ArrayList;
import java.util.List;

/** What the routers of a mixture of experts said of a batch: logits [N, experts] of each layer it passed; empty for other models. */
public record Routing(List<Tensor> logits) {
    public Routing() {
        this(new ArrayList<>());
    }
}
