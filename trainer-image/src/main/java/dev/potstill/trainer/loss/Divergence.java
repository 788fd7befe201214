package dev.potstill.trainer.loss;

/**
 * How far the student's next-token distribution q is from the teacher's p. Both are given as logarithms over the same buckets, of
 * which each is a token or all that are not listed.
 */
public sealed interface Divergence {

    /** TorchScript over {@code lp} and {@code lq} [N, buckets], summed over the buckets: [N]; {@code done} runs from 0 to 1. */
    String text();

    /**
     * Σ p (log p − log q) − p + q: the last two sum up to nothing, but what rounding has made of the distributions' totals then enters
     * by its square only, which matters once they are close.
     */
    private static String kl(String p, String q) {
        return "(%1$s.exp() * (%1$s - %2$s) + (%2$s.exp() - %1$s.exp()).detach()).sum(-1)".formatted(p, q);
    }

    /** log(a exp x + (1 − a) exp y), and x or y alone where the other's share is 0. */
    private static String mixture(double a, String x, String y) {
        if (a == 0 || a == 1) {
            return a == 0 ? y : x;
        }
        return "torch.logaddexp(%s + %s, %s + %s)".formatted(x, Math.log(a), y, Math.log1p(-a));
    }

    /** KL(p ‖ q) = Σ p (log p − log q) (Hinton et al., 2015). */
    record ForwardKl() implements Divergence {
        @Override
        public String text() {
            return kl("lp", "lq");
        }
    }

    /** KL(q ‖ p) (Gu et al., 2024). */
    record ReverseKl() implements Divergence {
        @Override
        public String text() {
            return kl("lq", "lp");
        }
    }

    /** KL(p ‖ α p + (1 − α) q) (Ko et al., 2024). */
    record SkewedKl(double alpha) implements Divergence {
        @Override
        public String text() {
            return kl("lp", mixture(alpha, "lp", "lq"));
        }
    }

    /** KL(q ‖ α q + (1 − α) p) (Ko et al., 2024). */
    record SkewedReverseKl(double alpha) implements Divergence {
        @Override
        public String text() {
            return kl("lq", mixture(alpha, "lq", "lp"));
        }
    }

    /**
     * β KL(p ‖ m) + (1 − β) KL(q ‖ m) with m = β p + (1 − β) q (Agarwal et al., 2024). As it falls to 0 at both ends, the ends are
     * what it tends to over β and over 1 − β: KL(p ‖ q) for 0 and KL(q ‖ p) for 1.
     */
    record JensenShannon(double beta) implements Divergence {
        @Override
        public String text() {
            if (beta == 0 || beta == 1) {
                return beta == 0 ? new ForwardKl().text() : new ReverseKl().text();
            }
            String m = mixture(beta, "lp", "lq");
            return "(%s * %s + %s * %s)".formatted(beta, kl("lp", m), 1 - beta, kl("lq", m));
        }
    }

    /** ½ Σ |p − q|. */
    record TotalVariation() implements Divergence {
        @Override
        public String text() {
            return "(0.5 * (lp.exp() - lq.exp()).abs().sum(-1))";
        }
    }

    /**
     * KL(r ‖ q) from what lies between student and teacher, r ∝ q^(1 − t) p^t, through which no gradient goes; t grows from its start
     * to 1 as the training goes on (Shing et al., 2025).
     */
    record Interpolated(double start) implements Divergence {
        @Override
        public String text() {
            String t = "(%s + %s * done)".formatted(start, 1 - start);
            String r = "torch.log_softmax(lq.detach() * (1.0 - %1$s) + lp * %1$s, -1)".formatted(t);
            return kl(r, "lq");
        }
    }
}
