package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;

/**
 * Proximal policy optimisation's losses (Schulman et al., 2017), both clipped to a neighbourhood of what the policy and the value
 * were when the answers were written, and summed over tokens.
 *
 * @see dev.potstill.trainer.reinforcement.Advantages
 */
public final class PolicyLoss implements AutoCloseable {
    private final double clip;
    private final Script script = Script.of("""
            def log_probabilities(self, logits: Tensor, labels: Tensor) -> Tensor:
                z = logits.float()
                return z.gather(1, labels.unsqueeze(1)).squeeze(1) - torch.logsumexp(z, -1)

            def policy(self, logits: Tensor, labels: Tensor, old: Tensor, advantages: Tensor, clip: float, scale: float) -> Tensor:
                ratio = (self.log_probabilities(logits, labels) - old).exp()
                clipped = ratio.clamp(1.0 - clip, 1.0 + clip)
                return torch.max(-advantages * ratio, -advantages * clipped).sum() * scale

            def value(self, values: Tensor, old: Tensor, returns: Tensor, clip: float, scale: float) -> Tensor:
                near = torch.max(torch.min(values, old + clip), old - clip)
                return 0.5 * torch.max((values - returns).pow(2), (near - returns).pow(2)).sum() * scale
            """);

    /** @param clip how far a ratio may move from 1, and a value from its old one */
    public PolicyLoss(double clip) {
        this.clip = clip;
    }

    /** log p(label) [N] of logits [N, vocabulary]. */
    public Tensor logProbabilities(Scope scope, Tensor logits, Tensor labels) {
        return script.call(scope, "log_probabilities", logits, labels);
    }

    /** Σ max(−A ratio, −A clip(ratio)) · scale, of logits [N, vocabulary] and old log probabilities and advantages [N]. */
    public Tensor policy(Scope scope, Tensor logits, Tensor labels, Tensor old, Tensor advantages, double scale) {
        return script.call(scope, "policy", logits, labels, old, advantages, clip, scale);
    }

    /** ½ Σ max((V − R)², (clip(V) − R)²) · scale, of values, old values and returns [N]. */
    public Tensor value(Scope scope, Tensor values, Tensor old, Tensor returns, double scale) {
        return script.call(scope, "value", values, old, returns, clip, scale);
    }

    @Override
    public void close() {
        script.close();
    }
}
