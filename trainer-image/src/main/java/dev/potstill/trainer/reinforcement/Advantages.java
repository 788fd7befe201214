package dev.potstill.trainer.reinforcement;

import java.util.List;

/**
 * Generalised advantage estimation over the tokens of an answer (Schulman et al., 2016). A token's reward is the penalty for leaving
 * the reference policy; the last token's is the answer's score besides.
 *
 * @param gamma discount a token
 * @param lambda how far advantages look ahead
 */
public record Advantages(double gamma, double lambda) {

    /** Advantage and return of every token of one answer. */
    @SuppressWarnings("ArrayRecordComponent") // read by arithmetic
    public record Estimate(double[] advantages, double[] returns) {}

    /**
     * Rewards [T] of an answer from log probabilities under the policy that wrote it and under the reference [T].
     *
     * @param klCoefficient of the penalty, log p_old − log p_ref
     */
    public static double[] rewards(double[] old, double[] reference, double score, double klCoefficient) {
        double[] rewards = new double[old.length];
        for (int t = 0; t < rewards.length; t++) {
            rewards[t] = -klCoefficient * (old[t] - reference[t]);
        }
        rewards[rewards.length - 1] += score;
        return rewards;
    }

    /** A_t = δ_t + γ λ A_{t+1}, δ_t = r_t + γ V_{t+1} − V_t, with nothing to come after the last token. */
    public Estimate of(double[] rewards, double[] values) {
        int length = rewards.length;
        double[] advantages = new double[length];
        double[] returns = new double[length];
        double later = 0;
        for (int t = length - 1; t >= 0; t--) {
            double next = t + 1 < length ? values[t + 1] : 0;
            later = rewards[t] + gamma * next - values[t] + gamma * lambda * later;
            advantages[t] = later;
            returns[t] = later + values[t];
        }
        return new Estimate(advantages, returns);
    }

    /** Shifts and scales all advantages of a batch to mean 0 and variance 1 (unbiased, 1e-8 added to it). */
    public static void whiten(List<double[]> advantages) {
        long count = advantages.stream().mapToLong(row -> row.length).sum();
        double sum = 0;
        for (double[] row : advantages) {
            for (double value : row) {
                sum += value;
            }
        }
        double mean = sum / count;
        double squares = 0;
        for (double[] row : advantages) {
            for (double value : row) {
                squares += (value - mean) * (value - mean);
            }
        }
        double scale = 1 / Math.sqrt(squares / Math.max(1, count - 1) + 1e-8);
        for (double[] row : advantages) {
            for (int t = 0; t < row.length; t++) {
                row[t] = (row[t] - mean) * scale;
            }
        }
    }
}
