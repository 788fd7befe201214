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
                    z = logits.float() / %s
                    lq = z.gather(1, tokens)
                    if ids.size(1) < z.size(1):
                        return self.listed(lq, self.unlisted(z, tokens), log_p, log_tail, tau, done, scale)
                    return self.between(log_p, lq, tau, done, scale)

                def listed(self, listed: Tensor, others: Tensor, log_p: Tensor, log_tail: Tensor, tau: float, done: float, scale: float) -> Tensor:
                    return self.between(torch.cat([log_p, %s], -1), torch.cat([listed, others], -1), tau, done, scale)

                def between(self, lp: Tensor, lq: Tensor, tau: float, done: float, scale: float) -> Tensor:
                    lp = %s
                    lq = torch.log_softmax(lq / %s, -1)
                    return %s.sum() * (tau * tau * scale)
                """.formatted(
                        tail == Tail.Pooled ? "1.0" : "tau",
                        tail.bucket(),
                        tail.distribution(),
                        tail == Tail.Pooled ? "tau" : "1.0",
                        divergence.text()));
    }

    @Override
    public double signalTemperature() {
        return signalTemperature(tail, temperature);
    }

    /** The temperature at which the teacher's probabilities are wanted, with such a tail. */
    public static double signalTemperature(Tail tail, double temperature) {
        return tail == Tail.OneToken || tail == Tail.Pooled ? 1 : temperature;
    }

    /** {@code said} at {@link #signalTemperature}. */
    @Override
    public Tensor of(Scope scope, Tensor logits, Said said, double done, double scale) {
        return script.call(
                scope, "divergence", logits, said.logP(), said.ids(), said.logTail(), temperature, done, scale);
    }

    /** What logits are divided by before {@link #ofListed} reads them. */
    public double readingTemperature() {
        return tail == Tail.Pooled ? 1 : temperature;
    }

    /** The same of the logits of the tokens that the teacher lists, fewer than there are, divided by {@link #readingTemperature}. */
    public Tensor ofListed(Scope scope, Listed logits, Said said, double done, double scale) {
        return script.call(
                scope,
                "listed",
                logits.logits(),
                logits.others(),
                said.logP(),
                said.logTail(),
                temperature,
                done,
                scale);
    }

    @Override
    public void close() {
        script.close();
    }
}
