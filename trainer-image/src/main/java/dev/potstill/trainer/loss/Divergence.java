package dev.potstill.trainer.loss;

/**
 * How far the student's next-token distribution q is from the teacher's p. Both are given as logarithms over the same buckets: the
 * teacher's k likeliest tokens, and one bucket for all others; with k the vocabulary, the last one is empty and this is the
 * divergence of the whole distributions.
 */
public sealed interface Divergence {

    /** TorchScript over {@code lp} and {@code lq} [N, k + 1], summed over the buckets: [N]. */
    String text();

    /** KL(p ‖ q) = Σ p (log p − log q) (Hinton et al., 2015). */
    record ForwardKl() implements Divergence {
        @Override
        public String text() {
            return "(lp.exp() * (lp - lq)).sum(-1)";
        }
    }

    /** KL(q ‖ p) (Gu et al., 2024). */
    record ReverseKl() implements Divergence {
        @Override
        public String text() {
            return "(lq.exp() * (lq - lp)).sum(-1)";
        }
    }

    /** β KL(p ‖ m) + (1 − β) KL(q ‖ m) with m = β p + (1 − β) q (Agarwal et al., 2024). */
    record JensenShannon(double beta) implements Divergence {
        @Override
        public String text() {
            return "(%1$s * (lp.exp() * (lp - %3$s)).sum(-1) + %2$s * (lq.exp() * (lq - %3$s)).sum(-1))"
                    .formatted(
                            beta,
                            1 - beta,
                            "torch.logaddexp(lp + %s, lq + %s)".formatted(Math.log(beta), Math.log(1 - beta)));
        }
    }
}
