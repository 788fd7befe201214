package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.PolicyLoss;
import dev.potstill.trainer.model.HeadChunks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Group-relative policy optimisation (Shao et al., 2024): an answer is measured by the other answers to its prompt, so that no value
 * head is needed, and the divergence from the reference is in the loss.
 *
 * @param groupSize answers to a prompt
 * @param scale what advantages and losses are divided by
 * @param maxTokens of an answer
 */
public record Grpo(Policy policy, Policy reference, PolicyLoss loss, int groupSize, Scale scale, int maxTokens)
        implements Algorithm {

    /** What advantages and losses are divided by. */
    public enum Scale {
        /** Advantages by the standard deviation of the group, an answer's loss by its length. */
        Std,
        /** Neither (Dr. GRPO, Liu et al., 2025): short and easy weigh as much as long and hard; losses by the longest length. */
        None;

        /** Keeps groups of equal rewards, whose deviation is 0, at advantage 0. */
        private static final double EPSILON = 1e-4;

        /** Advantages of the answers to one prompt: A = r − mean(r), over the standard deviation (unbiased) for Std. */
        public double[] advantages(double[] rewards) {
            double mean = Arrays.stream(rewards).average().orElse(0);
            double squares = Arrays.stream(rewards)
                    .map(reward -> (reward - mean) * (reward - mean))
                    .sum();
            double deviation = Math.sqrt(squares / Math.max(1, rewards.length - 1));
            double by = this == Std ? deviation + EPSILON : 1;
            return Arrays.stream(rewards).map(reward -> (reward - mean) / by).toArray();
        }
    }

    @Override
    public Experience judge(List<Rollout> rollouts, double klCoefficient) {
        List<double[]> old = policy.logProbabilities(rollouts);
        List<double[]> before = reference.logProbabilities(rollouts);
        List<Experience.Judged> judged = new ArrayList<>();
        for (int from = 0; from < rollouts.size(); from += groupSize) {
            List<Rollout> group = rollouts.subList(from, Math.min(rollouts.size(), from + groupSize));
            double[] gains =
                    scale.advantages(group.stream().mapToDouble(Rollout::score).toArray());
            for (int i = 0; i < gains.length; i++) {
                double[] each = new double[group.get(i).answer().length];
                Arrays.fill(each, gains[i]);
                judged.add(new Experience.Judged(
                        group.get(i),
                        old.get(from + i),
                        before.get(from + i),
                        each,
                        Experience.Judged.NONE,
                        Experience.Judged.NONE));
            }
        }
        return new Experience(judged, klCoefficient);
    }

    @Override
    public Map<String, Double> accumulate(Experience some, Experience step) {
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open()) {
                Policy.Read read = policy.read(scope, some.rollouts());
                Tensor labels = Policy.labels(scope, some.rollouts());
                PolicyLoss.Grouped tokens = new PolicyLoss.Grouped(
                        Policy.join(scope, some.column(Experience.Judged::old)),
                        Policy.join(scope, some.column(Experience.Judged::reference)),
                        Policy.join(scope, some.column(Experience.Judged::advantages)),
                        Policy.join(scope, weights(some, step.answers().size())));
                double[] apart = new double[2];
                double all = HeadChunks.backward(policy.model(), read.hidden(), (local, logits, chunk) -> {
                    List<Tensor> terms = loss.grouped(
                            local,
                            logits,
                            chunk.of(local, labels),
                            tokens.some(local, chunk.from(), chunk.count()),
                            some.klCoefficient());
                    apart[0] += terms.get(1).item();
                    apart[1] += terms.get(2).item();
                    return terms.getFirst();
                });
                read.pass().backward();
                return Map.of("loss", all, "policy", apart[0], "klLoss", apart[1]);
            }
        });
    }

    /** What each token's loss counts, so that they add up to the mean over all answers. */
    private List<double[]> weights(Experience some, int answers) {
        List<double[]> weights = new ArrayList<>();
        for (Rollout rollout : some.rollouts()) {
            double[] each = new double[rollout.answer().length];
            Arrays.fill(each, 1.0 / answers / (scale == Scale.Std ? each.length : maxTokens));
            weights.add(each);
        }
        return weights;
    }
}
