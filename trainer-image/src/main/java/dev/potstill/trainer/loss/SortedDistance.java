package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;

/**
 * Universal logit distillation (Boizard et al., 2024), for vocabularies that have nothing to do with each other: the sum of |p − q|
 * over probabilities sorted each by themselves, the smaller vocabulary filled up with zeros; at a temperature τ, times τ². Of the
 * teacher's k likeliest tokens each stands for itself; all others, and the student's beyond as many, are compared as one.
 */
public final class SortedDistance implements TeacherLoss {
    private final double temperature;
    private final Script script = Script.of("""
            def distance(self, logits: Tensor, log_p: Tensor, log_tail: Tensor, tau: float, scale: float) -> Tensor:
                p = log_p.exp()
                tail = log_tail.exp()
                said = (p.sum(-1) + tail.squeeze(-1)) > 0.5
                z = logits.float() / tau
                k = min(p.size(1), z.size(1))
                # Of the k greatest: sorting all of a vocabulary takes longer, and as much memory again.
                q = torch.softmax(z, -1)
                q = torch.topk(q, k, -1)[0]
                rest = tail
                if k < z.size(1):
                    rest = tail - (1.0 - q.sum(-1, keepdim=True))
                listed = (p[:, :k] - q).abs().sum(-1) + p[:, k:].sum(-1)
                return ((listed + rest.abs().squeeze(-1)) * said).sum() * (tau * tau * scale)
            """);

    public SortedDistance(double temperature) {
        this.temperature = temperature;
    }

    @Override
    public double signalTemperature() {
        return temperature;
    }

    /** Tokens the teacher says nothing of, with a log probability of −∞ for all of theirs, do not count. */
    @Override
    public Tensor of(Scope scope, Tensor logits, Said said, double done, double scale) {
        return script.call(scope, "distance", logits, said.logP(), said.logTail(), temperature, scale);
    }

    @Override
    public void close() {
        script.close();
    }
}
