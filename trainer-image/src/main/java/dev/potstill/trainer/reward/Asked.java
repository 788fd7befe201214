package dev.potstill.trainer.reward;

import dev.potstill.api.Reinforcement.Verifier;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A question whose right answer is known.
 *
 * @param prompt the question
 * @param reference the right answer; for Code the program of the tests, which is run after the answer's
 * @param verifier how the two are compared
 */
public record Asked(String prompt, String reference, Verifier verifier) {
    /** What can fail: a program without any of these would call every answer right. */
    private static final Pattern TEST = Pattern.compile("\\b(?:assert|raise|check|unittest)");

    /** What of this cannot be verified as it is asked to be; empty where it can. */
    public Optional<String> flaw() {
        return switch (verifier) {
            case Numeric ->
                Numbers.first(FinalAnswer.reference(reference)).isPresent()
                        ? Optional.empty()
                        : Optional.of("the answer \"%s\" for Numeric, expected a number".formatted(shortened()));
            case Choice ->
                Choice.reference(reference).isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                "the answer \"%s\" for Choice, expected a letter from A to J".formatted(shortened()));
            case Code ->
                TEST.matcher(reference).find()
                        ? Optional.empty()
                        : Optional.of(
                                "the answer \"%s\" for Code, expected the program of its tests".formatted(shortened()));
            case Auto, Symbolic -> Optional.empty();
        };
    }

    private String shortened() {
        return reference.length() <= 40 ? reference : reference.substring(0, 40) + "…";
    }
}
