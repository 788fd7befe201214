package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import java.util.List;

/**
 * Losses of policy and value (Schulman et al., 2017; Shao et al., 2024), clipped to a neighbourhood of what the policy and the value
 * were when the answers were written, and summed over tokens.
 *
 * @see dev.potstill.trainer.reinforcement.Advantages
 */
public final class PolicyLoss implements AutoCloseable {
    private final double clip;
    private final double valueClip;
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

            def grouped(self, logits: Tensor, labels: Tensor, old: Tensor, reference: Tensor, advantages: Tensor, weights: Tensor, clip: float, beta: float) -> List[Tensor]:
                now = self.log_probabilities(logits, labels)
                ratio = (now - old).exp()
                clipped = ratio.clamp(1.0 - clip, 1.0 + clip)
                policy = (torch.max(-advantages * ratio, -advantages * clipped) * weights).sum()
                kl = (self.divergence(now, reference) * weights).sum()
                return [policy + kl * beta, policy, kl]

            def divergence(self, now: Tensor, reference: Tensor) -> Tensor:
                far = reference - now
                return far.exp() - far - 1.0
            """);

    /**
     * @param clip how far a ratio may move from 1
     * @param valueClip how far a value may move from its old one
     */
    public PolicyLoss(double clip, double valueClip) {
        this.clip = clip;
        this.valueClip = valueClip;
    }

    /** What is known of tokens [N] before a step: log probabilities, advantages, and what each token's loss counts. */
    public record Grouped(Tensor old, Tensor reference, Tensor advantages, Tensor weights) {

        /** The same of so many of them. */
        public Grouped some(Scope scope, long from, long count) {
            return new Grouped(
                    Ops.narrow(scope, old, 0, from, count),
                    Ops.narrow(scope, reference, 0, from, count),
                    Ops.narrow(scope, advantages, 0, from, count),
                    Ops.narrow(scope, weights, 0, from, count));
        }
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
        return script.call(scope, "value", values, old, returns, valueClip, scale);
    }

    /**
     * Σ w (max(−A ratio, −A clip(ratio)) + β k3), and its two terms, the second without β, of logits [N, vocabulary]
     * (Shao et al., 2024).
     */
    public List<Tensor> grouped(Scope scope, Tensor logits, Tensor labels, Grouped tokens, double beta) {
        return script.callList(
                scope,
                "grouped",
                logits,
                labels,
                tokens.old(),
                tokens.reference(),
                tokens.advantages(),
                tokens.weights(),
                clip,
                beta);
    }

    /** exp(d) − d − 1 [N] with d = log p_reference − log p: unbiased for KL(p ‖ p_reference) and never below 0 (Schulman's k3). */
    public Tensor divergence(Scope scope, Tensor now, Tensor reference) {
        return script.call(scope, "divergence", now, reference);
    }

    @Override
    public void close() {
        script.close();
    }
}
