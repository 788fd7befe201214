package dev.potstill.trainer.reinforcement;

/** How the weight of the divergence from the reference follows what is measured. */
public sealed interface KlControl {

    /**
     * The coefficient of the next update.
     *
     * @param divergence measured, in nats an answer
     * @param answers it was measured on
     */
    double next(double coefficient, double divergence, int answers);

    /** It stays as it is. */
    record Fixed() implements KlControl {
        @Override
        public double next(double coefficient, double divergence, int answers) {
            return coefficient;
        }
    }

    /**
     * β (1 + clip(KL / target − 1, ± 0.2) · answers / horizon) (Ziegler et al., 2019).
     *
     * @param target the divergence aimed at, in nats an answer
     * @param horizon in answers
     */
    record Adaptive(double target, double horizon) implements KlControl {
        private static final double MOST = 0.2;

        @Override
        public double next(double coefficient, double divergence, int answers) {
            double error = Math.clamp(divergence / target - 1, -MOST, MOST);
            return coefficient * Math.max(0, 1 + error * answers / horizon);
        }
    }
}
