package dev.potstill.trainer.reinforcement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Answers with all that a policy step needs of each of their tokens.
 *
 * @param answers in the order in which they were judged
 * @param klCoefficient weight of the divergence from the reference
 */
public record Experience(List<Judged> answers, double klCoefficient) {

    /**
     * One answer of T tokens.
     *
     * @param old log probabilities [T] under the policy that wrote it
     * @param reference the same under the reference
     * @param advantages how much better each token turned out than was to be expected [T]
     * @param values what they were expected to be worth [T]; empty where there is no value head
     * @param returns what they turned out to be worth [T]; empty where there is no value head
     */
    @SuppressWarnings("ArrayRecordComponent") // read by arithmetic
    public record Judged(
            Rollout rollout, double[] old, double[] reference, double[] advantages, double[] values, double[] returns) {
        static final double[] NONE = {};
    }

    public Experience {
        answers = List.copyOf(answers);
    }

    public List<Rollout> rollouts() {
        return column(Judged::rollout);
    }

    <T> List<T> column(Function<Judged, T> of) {
        return answers.stream().map(of).toList();
    }

    public long tokens() {
        return answers.stream().mapToLong(answer -> answer.old().length).sum();
    }

    /** How far the policy is from the reference: the mean over answers of Σ log p_old − log p_reference, in nats. */
    public double divergence() {
        return answers.stream()
                .mapToDouble(answer -> Arrays.stream(answer.old()).sum()
                        - Arrays.stream(answer.reference()).sum())
                .average()
                .orElse(0);
    }

    /** The share of one step of so many: every so-many-th answer. */
    Experience share(int step, int steps) {
        List<Judged> some = new ArrayList<>();
        for (int i = step; i < answers.size(); i += steps) {
            some.add(answers.get(i));
        }
        return new Experience(some, klCoefficient);
    }

    /** Itself in parts of at most so many answers. */
    List<Experience> parts(int most) {
        List<Experience> parts = new ArrayList<>();
        for (int from = 0; from < answers.size(); from += most) {
            parts.add(new Experience(answers.subList(from, Math.min(answers.size(), from + most)), klCoefficient));
        }
        return parts;
    }
}
