package dev.potstill.trainer.reinforcement;

import java.util.List;

/**
 * Answers with all that a policy step needs of each of their tokens [T].
 *
 * @param rollouts the answers
 * @param old log probabilities under the policy that wrote them
 * @param values what they were expected to be worth
 * @param advantages how much better they turned out, whitened over all
 * @param returns what they turned out to be worth
 */
public record Experience(
        List<Rollout> rollouts,
        List<double[]> old,
        List<double[]> values,
        List<double[]> advantages,
        List<double[]> returns) {

    public long tokens() {
        return rollouts.stream().mapToLong(rollout -> rollout.answer().length).sum();
    }
}
