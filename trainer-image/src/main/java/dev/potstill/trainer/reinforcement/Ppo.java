package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.PolicyLoss;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.train.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Proximal policy optimisation (Schulman et al., 2017) with a value head, on answers the policy has just written. */
public final class Ppo {
    /** Weight of the value loss beside the policy's. */
    private static final double VALUE_WEIGHT = 0.1;

    /** Passes over each batch of answers. */
    private static final int PASSES = 2;

    /** Steps a pass. */
    private static final int STEPS = 2;

    private final Policy policy;
    private final Policy reference;
    private final ValueHead head;
    private final PolicyLoss loss;
    private final Advantages advantages;

    public Ppo(Policy policy, Policy reference, ValueHead head, PolicyLoss loss, Advantages advantages) {
        this.policy = policy;
        this.reference = reference;
        this.head = head;
        this.loss = loss;
        this.advantages = advantages;
    }

    /** What every token of these answers was worth. */
    public Experience judge(List<Rollout> rollouts) {
        List<double[]> old;
        List<double[]> values;
        try (Scope scope = Scope.open()) {
            Tensor hidden = policy.hidden(scope, rollouts);
            old = policy.logProbabilities(rollouts, hidden);
            values = Policy.split(rollouts, head.values(scope, hidden));
        }
        List<double[]> before = reference.logProbabilities(rollouts);
        List<double[]> gains = new ArrayList<>();
        List<double[]> returns = new ArrayList<>();
        for (int i = 0; i < rollouts.size(); i++) {
            double[] rewards = advantages.rewards(
                    old.get(i), before.get(i), rollouts.get(i).score());
            Advantages.Estimate estimate = advantages.of(rewards, values.get(i));
            gains.add(estimate.advantages());
            returns.add(estimate.returns());
        }
        Advantages.whiten(gains);
        return new Experience(rollouts, old, values, gains, returns);
    }

    /** Steps on the answers, and tells the mean of each loss term. */
    public Map<String, Double> improve(Experience experience, Parameters parameters, double learningRate) {
        Map<String, Double> terms = new LinkedHashMap<>();
        for (int pass = 0; pass < PASSES; pass++) {
            for (int step = 0; step < STEPS; step++) {
                Experience part = part(experience, step);
                if (part.rollouts().isEmpty()) {
                    continue; // fewer answers than steps
                }
                accumulate(part).forEach((name, value) -> terms.merge(name, value / (PASSES * STEPS), Double::sum));
                terms.merge("gradientNorm", parameters.step(learningRate) / (PASSES * STEPS), Double::sum);
            }
        }
        return terms;
    }

    /** Every {@link #STEPS}-th answer. */
    private static Experience part(Experience all, int step) {
        return new Experience(
                every(all.rollouts(), step),
                every(all.old(), step),
                every(all.values(), step),
                every(all.advantages(), step),
                every(all.returns(), step));
    }

    private static <T> List<T> every(List<T> all, int from) {
        List<T> some = new ArrayList<>();
        for (int i = from; i < all.size(); i += STEPS) {
            some.add(all.get(i));
        }
        return some;
    }

    /** Adds the gradient of policy loss + weight · value loss, averaged over the answers' tokens. */
    public Map<String, Double> accumulate(Experience experience) {
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open()) {
                double scale = 1.0 / experience.tokens();
                Tensor hidden = policy.hidden(scope, experience.rollouts());
                double policyLoss = policyLoss(hidden, experience, scale);
                double valueLoss = valueLoss(hidden, experience, scale);
                return Map.of("loss", policyLoss + VALUE_WEIGHT * valueLoss, "policy", policyLoss, "value", valueLoss);
            }
        });
    }

    private double policyLoss(Tensor hidden, Experience experience, double scale) {
        try (Scope scope = Scope.open()) {
            Tensor labels = Policy.labels(scope, experience.rollouts());
            Tensor old = Policy.join(scope, experience.old());
            Tensor gains = Policy.join(scope, experience.advantages());
            return HeadChunks.backward(
                    policy.model(),
                    hidden,
                    (local, logits, chunk) -> loss.policy(
                            local,
                            logits,
                            chunk.of(local, labels),
                            chunk.of(local, old),
                            chunk.of(local, gains),
                            scale));
        }
    }

    private double valueLoss(Tensor hidden, Experience experience, double scale) {
        try (Scope scope = Scope.open()) {
            Tensor values = head.values(scope, hidden);
            Tensor old = Policy.join(scope, experience.values());
            Tensor returns = Policy.join(scope, experience.returns());
            Tensor part = loss.value(scope, values, old, returns, scale);
            part.backward(Tensor.scalar(scope, VALUE_WEIGHT));
            return part.item();
        }
    }
}
