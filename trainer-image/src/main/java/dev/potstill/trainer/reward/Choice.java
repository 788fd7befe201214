package dev.potstill.trainer.reward;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The letter of a multiple choice, by the first of these that an output has, the last of its kind: in a box, "the answer is (B)",
 * "option B", the letter that the output is or opens with ("B) Paris"), "(B)", and the letter that ends it.
 */
final class Choice {
    /** A letter in its wrapping; "A or B" chooses neither. */
    private static final String LETTER =
            "[\\s*_:\"'(\\[{$]*(?:\\\\(?:text|mathrm|textbf)\\{)?[\\s(]*([A-J])(?![\\w'\u2019])(?!\\)?\\s*(?:or|and|/|&)\\s*\\(?[A-J]\\b)";

    private static final List<Pattern> KINDS = List.of(
            Pattern.compile("\\\\boxed\\{" + LETTER),
            Pattern.compile(
                    "(?i:\\b(?:answer|choice|option)\\b(?:\\s+(?:is|was|would be|should be))?(?:\\s+(?:option|choice))?)"
                            + LETTER),
            Pattern.compile("\\A" + LETTER + "[)\\].:*_\\s]*(?:\\z|(?<=[).:\\]*])\\s?|\\n)"),
            Pattern.compile("\\(([A-J])\\)"),
            Pattern.compile("(?:\\A|[\\s*])([A-J])[\\s.*)]*\\z"));

    private static final Pattern REFERENCE = Pattern.compile("[(\\[]?([A-Ja-j])[)\\].]?");

    private Choice() {}

    /** The letter an output chooses. What was only thought chooses nothing. */
    static Optional<String> of(String output) {
        String said = Thoughts.after(output).strip();
        return KINDS.stream()
                .flatMap(kind -> kind.matcher(said).results().reduce((first, second) -> second).stream())
                .findFirst()
                .map((MatchResult match) -> match.group(1));
    }

    /** The letter that a reference is. */
    static Optional<String> reference(String reference) {
        var match = REFERENCE.matcher(reference.strip());
        return match.matches() ? Optional.of(match.group(1).toUpperCase(java.util.Locale.ROOT)) : Optional.empty();
    }

    static boolean isRight(String output, String reference) {
        Optional<String> right = reference(reference);
        return right.isPresent() && of(output).equals(right);
    }
}
