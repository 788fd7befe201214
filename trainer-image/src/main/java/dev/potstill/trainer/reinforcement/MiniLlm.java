package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * KL(student ‖ teacher) on the student's own answers, by its policy gradient (Gu et al., 2024): a token's reward is
 * log p_teacher − log p_student, and its advantage what it and those after it bring.
 *
 * @param teacher of the same vocabulary
 * @param discount of later tokens, a token
 * @param normalized whether what is to come is divided by how much of it there is
 */
public record MiniLlm(Policy policy, Policy teacher, double discount, boolean normalized) implements Algorithm {

    @Override
    public Experience judge(List<Rollout> rollouts, double klCoefficient) {
        List<double[]> old = policy.logProbabilities(rollouts);
        List<double[]> wanted = teacher.logProbabilities(rollouts);
        List<Experience.Judged> judged = new ArrayList<>();
        for (int i = 0; i < rollouts.size(); i++) {
            judged.add(new Experience.Judged(
                    rollouts.get(i),
                    old.get(i),
                    wanted.get(i),
                    advantages(wanted.get(i), old.get(i), discount, normalized),
                    Experience.Judged.NONE,
                    Experience.Judged.NONE));
        }
        return new Experience(judged, klCoefficient);
    }

    /**
     * A_t = Σ_{k≥t} γᵏ r_k with r_k = log p_teacher − log p_student [T]; normalised, over Σ_{k≥t} γᵏ.
     */
    public static double[] advantages(double[] teacher, double[] student, double discount, boolean normalized) {
        double[] advantages = new double[student.length];
        double sum = 0;
        double weights = 0;
        for (int t = student.length - 1; t >= 0; t--) {
            sum = teacher[t] - student[t] + discount * sum;
            weights = 1 + discount * weights;
            advantages[t] = normalized ? sum / weights : Math.pow(discount, t) * sum;
        }
        return advantages;
    }

    @Override
    public Map<String, Double> accumulate(Experience some, Experience step) {
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open()) {
                Policy.Read read = policy.read(scope, some.rollouts());
                return Map.of("loss", policy.loss(read, some, 1.0 / step.tokens()));
            }
        });
    }
}
