package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;

/** −log q(label), summed over tokens: what a model is trained from nothing on. */
public final class CrossEntropy implements AutoCloseable {
    private final Script script = Script.of("""
            def cross_entropy(self, logits: Tensor, labels: Tensor, scale: float) -> Tensor:
                z = logits.float()
                return (torch.logsumexp(z, -1) - z.gather(1, labels.unsqueeze(1)).squeeze(1)).sum() * scale
            """);

    /** Of logits [N, vocabulary] and labels [N]. */
    public Tensor of(Scope scope, Tensor logits, Tensor labels, double scale) {
        return script.call(scope, "cross_entropy", logits, labels, scale);
    }

    @Override
    public void close() {
        script.close();
    }
}
