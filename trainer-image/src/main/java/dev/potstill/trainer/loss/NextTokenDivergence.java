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
public final class NextTokenDivergence implements TeacherLoss {
    private final Script script;
    private final Tail tail;
    private final double temperature;

    public NextTokenDivergence(Divergence divergence, Tail tail, double temperature) {
        this.tail = tail;
        this.temperature = temperature;
        this.script = Script.of("""
                def unlisted(self, z: Tensor, ids: Tensor) -> Tensor:
                    # As a sum of the others and not as what the listed leave of 1, which has no digits where they leave little.
                    return torch.logsumexp(z.scatter(1, ids, -float('inf')), -1, True)

                def divergence(self, logits: Tensor, log_p: Tensor, ids: Tensor, log_tail: Tensor, tau: float, done: float, scale: float) -> Tensor:
                    tokens = ids.to(4)
                    z = logits.float() / tau
                    lp = log_p
                    lq = z.gather(1, tokens)
                    if ids.size(1) < z.size(1):
                        lp = torch.cat([lp, %s], -1)
                        lq = torch.cat([lq, self.unlisted(z, tokens)], -1)
                    lp = %s
                    lq = torch.log_softmax(lq, -1)
                    return %s.sum() * (tau * tau * scale)
                """.formatted(tail.bucket(), tail.distribution(), divergence.text()));
    }

    @Override
    public double signalTemperature() {
        return tail == Tail.OneToken ? 1 : temperature;
    }

    /** {@code said} at {@link #signalTemperature}. */
    @Override
    public Tensor of(Scope scope, Tensor logits, Said said, double done, double scale) {
        return script.call(
                scope, "divergence", logits, said.logP(), said.ids(), said.logTail(), temperature, done, scale);
    }

    @Override
    public void close() {
        script.close();
    }
}
