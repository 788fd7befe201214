package dev.potstill.trainer.reward;

import dev.potstill.api.Reinforcement;
import java.util.ArrayList;
import java.util.List;

/**
 * What an answer is worth: a weighted sum of being right, being harmless, and differing from the other answers to the same prompt.
 *
 * @param accuracy weight of {@link Verifiers being right}
 * @param safety weight of {@link SafetyScorer being harmless}
 * @param diversity weight of {@link Diversity differing}
 * @param verifiers of accuracy
 * @param scorer of safety
 */
public record Reward(double accuracy, double safety, double diversity, Verifiers verifiers, SafetyScorer scorer) {

    /**
     * The reward of an answer, term by term, each from 0 to 1 and without its weight.
     *
     * @param total the weighted sum of the others
     */
    public record Terms(double accuracy, double safety, double diversity, double total) {}

    /** Several answers to one question. */
    public record Answered(Asked asked, List<String> outputs) {
        public Answered {
            outputs = List.copyOf(outputs);
        }
    }

    /** The weights as set, with the scorer that ships with the trainer. */
    public static Reward of(Reinforcement.Reward settings, Verifiers verifiers) {
        return new Reward(
                settings.accuracyPercent() / 100.0,
                settings.safetyPercent() / 100.0,
                settings.diversityPercent() / 100.0,
                verifiers,
                LexiconSafety.builtIn());
    }

    /** The rewards of all answers, question by question, in their order. */
    public List<Terms> of(List<Answered> all) {
        List<Verifiers.Given> given = new ArrayList<>();
        List<SafetyScorer.Said> said = new ArrayList<>();
        List<Double> differences = new ArrayList<>();
        for (Answered answered : all) {
            for (String output : answered.outputs()) {
                given.add(new Verifiers.Given(answered.asked(), output));
                said.add(new SafetyScorer.Said(answered.asked().prompt(), output));
            }
            for (double difference : Diversity.of(answered.outputs())) {
                differences.add(difference);
            }
        }
        List<Boolean> right = verifiers.areRight(given);
        List<Double> harmless = scorer.scores(said);
        List<Terms> rewards = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            rewards.add(terms(right.get(i) ? 1 : 0, harmless.get(i), differences.get(i)));
        }
        return rewards;
    }

    private Terms terms(double right, double harmless, double differs) {
        return new Terms(right, harmless, differs, accuracy * right + safety * harmless + diversity * differs);
    }
}
