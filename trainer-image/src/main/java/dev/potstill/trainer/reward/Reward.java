package dev.potstill.trainer.reward;

import dev.potstill.api.Reinforcement;
import java.util.ArrayList;
import java.util.List;

/**
 * What an answer is worth: a weighted sum of being right, being harmless, and differing from the other answers to the same prompt.
 *
 * @param accuracy weight of {@link FinalAnswer#isRight being right}
 * @param safety weight of {@link SafetyScorer being harmless}
 * @param diversity weight of {@link Diversity differing}
 * @param scorer of safety
 */
public record Reward(double accuracy, double safety, double diversity, SafetyScorer scorer) {

    /**
     * The reward of an answer, term by term, each from 0 to 1 and without its weight.
     *
     * @param total the weighted sum of the others
     */
    public record Terms(double accuracy, double safety, double diversity, double total) {}

    public static Reward of(Reinforcement.Reward settings) {
        return of(settings, SafetyScorer.lists());
    }

    public static Reward of(Reinforcement.Reward settings, SafetyScorer scorer) {
        return new Reward(
                settings.accuracyPercent() / 100.0,
                settings.safetyPercent() / 100.0,
                settings.diversityPercent() / 100.0,
                scorer);
    }

    /** The rewards of several answers to one prompt, in their order. */
    public List<Terms> of(String prompt, String reference, List<String> answers) {
        double[] differences = Diversity.of(answers);
        double[] harmlessness = scorer.scores(prompt, answers);
        List<Terms> rewards = new ArrayList<>();
        for (int i = 0; i < differences.length; i++) {
            double right = Accuracy.of(answers.get(i), reference);
            double harmless = harmlessness[i];
            double total = accuracy * right + safety * harmless + diversity * differences[i];
            rewards.add(new Terms(right, harmless, differences[i], total));
        }
        return rewards;
    }
}
