package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;

/**
 * The divergence of the student's next-token distribution from the teacher's at a temperature τ, times τ² so that its gradient keeps
 * its size (Hinton et al., 2015), summed over tokens.
 *
 * @see Divergence
 */
public final class NextTokenDivergence implements AutoCloseable {
    private final Script script;
    private final double temperature;

    public NextTokenDivergence(Divergence divergence, double temperature) {
        this.temperature = temperature;
        this.script = Script.of("""
                def rest(self, listed: Tensor) -> Tensor:
                    # log(1 - sum p), of what the listed tokens leave over; an empty rest counts as 1e-12.
                    left = 1.0 - listed.exp().sum(-1, keepdim=True)
                    return left.clamp(1.0e-12, None).log()

                def divergence(self, logits: Tensor, values: Tensor, ids: Tensor, log_sum: Tensor, tau: float, scale: float) -> Tensor:
                    lp = values - log_sum
                    z = logits.float() / tau
                    lq = z.gather(1, ids.to(4)) - torch.logsumexp(z, -1, True)
                    if ids.size(1) < z.size(1):
                        lp = torch.cat([lp, self.rest(lp)], -1)
                        lq = torch.cat([lq, self.rest(lq)], -1)
                    return %s.sum() * (tau * tau * scale)
                """.formatted(divergence.text()));
    }

    /**
     * @param logits the student's [N, vocabulary]
     * @param values the teacher's k greatest logits over τ [N, k]
     * @param ids their tokens [N, k]
     * @param logSum the logarithm of the sum of exp(logit / τ) over all tokens [N, 1]
     * @param scale one over the number of tokens the mean is taken of
     */
    public Tensor of(Scope scope, Tensor logits, Tensor values, Tensor ids, Tensor logSum, double scale) {
        return script.call(scope, "divergence", logits, values, ids, logSum, temperature, scale);
    }

    @Override
    public void close() {
        script.close();
    }
}
