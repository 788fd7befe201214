package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.PolicyLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Proximal policy optimisation (Schulman et al., 2017) with a value head, on answers the policy has just written.
 *
 * @param advantages how they are estimated
 * @param whitened whether they are shifted and scaled to mean 0 and variance 1
 * @param valueWeight weight of the value loss beside the policy's
 */
public record Ppo(
        Policy policy,
        Policy reference,
        ValueHead head,
        PolicyLoss loss,
        Advantages advantages,
        boolean whitened,
        double valueWeight)
        implements Algorithm {

    @Override
    public Experience judge(List<Rollout> rollouts, double klCoefficient) {
        List<Experience.Judged> judged = new ArrayList<>();
        for (List<Rollout> some : policy.parts(rollouts)) {
            try (Scope scope = Scope.open()) {
                Tensor hidden = policy.read(scope, some).hidden();
                List<double[]> old = policy.logProbabilities(some, hidden);
                List<double[]> values = Policy.split(some, head.values(scope, hidden));
                List<double[]> before = reference.logProbabilities(some);
                for (int i = 0; i < some.size(); i++) {
                    judged.add(judge(some.get(i), klCoefficient, old.get(i), before.get(i), values.get(i)));
                }
            }
        }
        if (whitened) {
            Advantages.whiten(judged.stream().map(Experience.Judged::advantages).toList());
        }
        return new Experience(judged, klCoefficient);
    }

    private Experience.Judged judge(
            Rollout rollout, double klCoefficient, double[] old, double[] before, double[] values) {
        double[] rewards = Advantages.rewards(old, before, rollout.score(), klCoefficient);
        Advantages.Estimate estimate = advantages.of(rewards, values);
        return new Experience.Judged(rollout, old, before, estimate.advantages(), values, estimate.returns());
    }

    /** The gradient of policy loss + weight · value loss, averaged over the step's tokens. */
    @Override
    public Map<String, Double> accumulate(Experience some, Experience step) {
        double scale = 1.0 / step.tokens();
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open()) {
                Policy.Read read = policy.read(scope, some.rollouts());
                double policyLoss = policy.loss(read, some, scale);
                double valueLoss = valueLoss(read.hidden(), some, scale);
                return Map.of("loss", policyLoss + valueWeight * valueLoss, "policy", policyLoss, "value", valueLoss);
            }
        });
    }

    private double valueLoss(Tensor hidden, Experience some, double scale) {
        try (Scope scope = Scope.open()) {
            Tensor values = head.values(scope, hidden);
            Tensor old = Policy.join(scope, some.column(Experience.Judged::values));
            Tensor returns = Policy.join(scope, some.column(Experience.Judged::returns));
            Tensor part = loss.value(scope, values, old, returns, scale);
            part.backward(Tensor.scalar(scope, valueWeight));
            return part.item();
        }
    }
}
