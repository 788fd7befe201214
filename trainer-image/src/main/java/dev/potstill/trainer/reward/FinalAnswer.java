package dev.potstill.trainer.reward;

import dev.potstill.trainer.reward.algebra.Dates;
import dev.potstill.trainer.reward.algebra.Digits;
import dev.potstill.trainer.reward.algebra.Rational;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a text says its answer is, by the first of these that it has, the last of its kind: {@code \boxed{72}},
 * {@code #### 72} on the last line as in GSM8K, "answer is 72", {@code = 72} at the very end, and else its last number.
 *
 * @param text the answer as written
 * @param number the same as a number, where it holds one
 */
public record FinalAnswer(String text, Optional<Rational> number) {
    private static final String HASHES = "####";

    /** What follows the hashes, at the most: more is a heading. */
    private static final int LONGEST_CONCLUSION = 64;

    private static final String BOXED = "\\boxed{";
    private static final Pattern ANSWER_IS =
            Pattern.compile("(?i)\\banswer(?:\\s+(?:is|was|=)|\\s*:)[\\s:*]*([^\\n]{1,300})");
    private static final Pattern EQUALS_AT_END = Pattern.compile("=\\s*([^=\\n]{1,60})\\z");

    /** The end of a sentence, but no decimal point. */
    private static final Pattern SENTENCE_END = Pattern.compile("\\.(?:\\s|\\z)");

    /** The final answer of an output; empty where it has none. What was only thought is no answer. */
    public static Optional<FinalAnswer> of(String output) {
        String said = Thoughts.after(output).strip();
        return boxed(said)
                .or(() -> concluded(said).map(FinalAnswer::firstOf))
                .or(() -> answerIs(said))
                .or(() -> equalsAtEnd(said))
                .or(() -> Numbers.last(said).map(number -> new FinalAnswer(said, Optional.of(number))));
    }

    /**
     * Whether an output's final answer is the reference: equal as numbers or dates where the reference is one, as words in any case where not.
     *
     * @param reference the right answer alone, or a text that ends in it as GSM8K's do
     */
    public static boolean isRight(String output, String reference) {
        String expected = reference(reference);
        Optional<Rational> number = Numbers.whole(expected);
        Optional<FinalAnswer> answer = of(output);
        if (Dates.isOne(expected)) {
            return answer.flatMap(said -> Dates.last(said.text())).equals(Dates.last(expected));
        }
        return number.isPresent()
                ? answer.flatMap(FinalAnswer::number).equals(number)
                : words(answer.map(FinalAnswer::text).orElse(Thoughts.after(output)))
                        .equals(words(expected));
    }

    /** The answer alone of a text that may work it out first: what follows {@code ####} on its last line, or all of it. */
    public static String reference(String answer) {
        return concluded(answer).orElse(answer.strip());
    }

    /**
     * What a text comes to as GSM8K writes it: after four hashes on the last line. Elsewhere they are a heading's mark. Where words
     * stand before them on that line, a digit must follow them.
     */
    public static Optional<String> concluded(String text) {
        String said = text.stripTrailing();
        int at = said.lastIndexOf(HASHES);
        if (at < 0 || at > 0 && said.charAt(at - 1) == '#' || said.indexOf('\n', at) >= 0) {
            return Optional.empty();
        }
        String rest = said.substring(at + HASHES.length()).strip();
        boolean opens = said.substring(said.lastIndexOf('\n', at) + 1, at).isBlank();
        return !rest.isEmpty() && rest.length() <= LONGEST_CONCLUSION && (opens || hasDigit(rest.split("\\s", 2)[0]))
                ? Optional.of(rest)
                : Optional.empty();
    }

    private static boolean hasDigit(String word) {
        return word.codePoints().anyMatch(Character::isDigit);
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
        return Digits.plain(text)
                .replaceAll("\\\\(?:text|mathrm|textbf)|[^\\p{L}\\p{N}]+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
