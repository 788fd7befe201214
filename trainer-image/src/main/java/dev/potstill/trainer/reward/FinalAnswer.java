package dev.potstill.trainer.reward;

import dev.potstill.trainer.reward.algebra.Rational;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a text says its answer is, by the first of these that it has, the last of its kind: {@code #### 72} as in GSM8K,
 * {@code \boxed{72}}, "answer is 72", {@code = 72} at the very end, and else its last number.
 *
 * @param text the answer as written
 * @param number the same as a number, where it holds one
 */
public record FinalAnswer(String text, Optional<Rational> number) {
    private static final String END_OF_THOUGHT = "</think>";
    private static final String HASHES = "####";
    private static final String BOXED = "\\boxed{";
    private static final Pattern ANSWER_IS =
            Pattern.compile("(?i)\\banswer(?:\\s+(?:is|was|=)|\\s*:)[\\s:*]*([^\\n]{1,300})");
    private static final Pattern EQUALS_AT_END = Pattern.compile("=\\s*([^=\\n]{1,60})\\z");

    /** The end of a sentence, but no decimal point. */
    private static final Pattern SENTENCE_END = Pattern.compile("\\.(?:\\s|\\z)");

    /** The final answer of an output; empty where it has none. What was only thought is no answer. */
    public static Optional<FinalAnswer> of(String output) {
        int thought = output.lastIndexOf(END_OF_THOUGHT);
        String said = (thought < 0 ? output : output.substring(thought + END_OF_THOUGHT.length())).strip();
        return hashes(said)
                .or(() -> boxed(said))
                .or(() -> answerIs(said))
                .or(() -> equalsAtEnd(said))
                .or(() -> Numbers.last(said).map(number -> new FinalAnswer(said, Optional.of(number))));
    }

    /**
     * Whether an output's final answer is the reference: equal as numbers where the reference is one, as words in any case where not.
     *
     * @param reference the right answer alone, or a text that ends in it as GSM8K's do
     */
    public static boolean isRight(String output, String reference) {
        String expected = reference(reference);
        Optional<Rational> number = Numbers.whole(expected);
        Optional<FinalAnswer> answer = of(output);
        return number.isPresent()
                ? answer.flatMap(FinalAnswer::number).equals(number)
                : words(answer.map(FinalAnswer::text).orElse(output)).equals(words(expected));
    }

    /** The answer alone of a text that may work it out first: what follows the last {@code ####}, or all of it. */
    public static String reference(String answer) {
        return hashes(answer).map(FinalAnswer::text).orElse(answer.strip());
    }

    private static Optional<FinalAnswer> hashes(String said) {
        int at = said.lastIndexOf(HASHES);
        return at < 0
                ? Optional.empty()
                : said.substring(at + HASHES.length()).lines().findFirst().map(FinalAnswer::firstOf);
    }

    private static Optional<FinalAnswer> boxed(String said) {
        int at = said.lastIndexOf(BOXED);
        int depth = 1;
        for (int i = at + BOXED.length(); at >= 0 && i < said.length(); i++) {
            depth += said.charAt(i) == '{' ? 1 : said.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return Optional.of(firstOf(said.substring(at + BOXED.length(), i)));
            }
        }
        return Optional.empty();
    }

    private static Optional<FinalAnswer> answerIs(String said) {
        return ANSWER_IS
                .matcher(said)
                .results()
                .reduce((first, second) -> second)
                .map(match -> firstOf(SENTENCE_END.split(match.group(1), 2)[0]));
    }

    private static Optional<FinalAnswer> equalsAtEnd(String said) {
        return EQUALS_AT_END
                .matcher(said)
                .results()
                .findFirst()
                .map((MatchResult match) -> firstOf(match.group(1)))
                .filter(answer -> answer.number().isPresent());
    }

    /** Of a sum written out, what it comes to; else the first number. */
    private static FinalAnswer firstOf(String segment) {
        String result = segment.substring(segment.lastIndexOf('=') + 1);
        return new FinalAnswer(segment.strip(), Numbers.first(result));
    }

    private static String words(String text) {
        return text.replaceAll("\\\\(?:text|mathrm|textbf)|[^\\p{L}\\p{N}]+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
