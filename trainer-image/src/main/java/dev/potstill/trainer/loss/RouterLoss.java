package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import java.util.List;

/** What keeps the routers of a mixture of experts from sending all tokens to a few of them. */
public final class RouterLoss implements AutoCloseable {
    private final Script script = Script.of("""
            def balance(self, logits: List[Tensor], chosen: int, scale: float) -> Tensor:
                p = torch.softmax(torch.cat(logits, 0).float(), -1)
                taken = torch.zeros_like(p).scatter(1, torch.topk(p, chosen, -1)[1], 1.0)
                return (taken.mean(0) * p.mean(0)).sum() * (p.size(1) * scale)

            def z(self, logits: List[Tensor], scale: float) -> Tensor:
                return torch.logsumexp(torch.cat(logits, 0).float(), -1).pow(2).mean() * scale
            """);

    /**
     * E · Σ f_e P_e over the E experts, with f_e the share of tokens that chose expert e and P_e the mean probability it was given
     * (Fedus et al., 2022), over the tokens of all layers; k where all experts are used alike.
     *
     * @param logits of each layer [N, experts]
     * @param chosen experts of a token, k
     */
    public Tensor balance(Scope scope, List<Tensor> logits, int chosen, double scale) {
        return script.call(scope, "balance", logits, chosen, scale);
    }

    /** The mean over tokens of log²(Σ exp(logit)), which keeps logits small (Zoph et al., 2022). */
    public Tensor z(Scope scope, List<Tensor> logits, double scale) {
        return script.call(scope, "z", logits, scale);
    }

    @Override
    public void close() {
        script.close();
    }
}
