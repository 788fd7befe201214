package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.weights.ElementType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an answer is expected to be worth, from each token's hidden state: w · h + b, the same b for all to begin with. It reads the policy's hidden
 * states but does not bend them: its gradient stops there.
 */
public final class ValueHead implements AutoCloseable {
    private final Scope scope = Scope.open();
    private final Tensor weight;
    private final Tensor bias;
    private final Script script = Script.of("""
            def values(self, hidden: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                return torch.linear(hidden.detach().float(), weight, bias).squeeze(-1)
            """);

    /** @param start what any answer is taken to be worth before anything is learned */
    public ValueHead(long width, double start) {
        this.weight = Tensor.zeros(scope, ElementType.F32, 1, width);
        this.bias = Tensor.zeros(scope, ElementType.F32, 1);
        try (Scope local = Scope.open()) {
            Ops.assign(bias, Tensor.of(local, new float[] {(float) start}, 1));
        }
    }

    /** Values [N] of hidden states [N, width]. */
    public Tensor values(Scope owner, Tensor hidden) {
        return script.call(owner, "values", hidden, weight, bias);
    }

    /** Its weights by name. */
    public Map<String, Tensor> weights() {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("value_head.weight", weight);
        weights.put("value_head.bias", bias);
        return weights;
    }

    @Override
    public void close() {
        script.close();
        scope.close();
    }
}
