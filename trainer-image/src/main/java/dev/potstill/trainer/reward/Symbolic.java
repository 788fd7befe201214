package dev.potstill.trainer.reward;

import dev.potstill.trainer.reward.algebra.Dates;
import dev.potstill.trainer.reward.algebra.Mathematics;
import dev.potstill.trainer.reward.algebra.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Whether an output's final answer is mathematically the reference, however it is written. */
final class Symbolic {
    /** Of these the signs mean nothing: they are compared as words. So are dates. */
    private static final Pattern WORDS = Pattern.compile("[\\p{L}\\s]*\\p{L}[\\p{L}\\s]*\\p{L}[\\p{L}\\s]*");

    private static final Pattern INLINE = Pattern.compile("\\$([^$]{1,300})\\$|\\\\\\((.{1,300}?)\\\\\\)");

    private Symbolic() {}

    static boolean isRight(String output, String reference) {
        String expected = FinalAnswer.reference(reference);
        if (WORDS.matcher(expected).matches() || Dates.isOne(expected)) {
            return FinalAnswer.isRight(output, expected);
        }
        Optional<FinalAnswer> answer = FinalAnswer.of(output);
        String text =
                answer.map(FinalAnswer::text).orElse(Thoughts.after(output).strip());
        if (Mathematics.isWrittenAlike(text, expected)) {
            return true;
        }
        Optional<Mathematics> wanted = Mathematics.parse(expected);
        Optional<Mathematics> said = candidates(text).stream()
                .map(Mathematics::parse)
                .flatMap(Optional::stream)
                .findFirst();
        if (wanted.isPresent() && said.isPresent()) {
            return said.get().isSame(wanted.get());
        }
        Optional<Rational> number = Numbers.whole(expected);
        return number.isPresent() && answer.flatMap(FinalAnswer::number).equals(number);
    }

    /** Where the answer may stand in a text: all of it, what it sets last as mathematics, what its last line comes to. */
    private static List<String> candidates(String text) {
        List<String> places = new ArrayList<>();
        places.add(text);
        INLINE.matcher(text)
                .results()
                .reduce((first, second) -> second)
                .map((MatchResult match) -> Objects.requireNonNullElse(match.group(1), match.group(2)))
                .ifPresent(inline -> {
                    places.add(inline);
                    places.add(inline.substring(inline.lastIndexOf('=') + 1));
                });
        String last = text.strip().lines().reduce("", (first, second) -> second);
        places.add(last.substring(last.lastIndexOf('=') + 1));
        return places;
    }
}
