package dev.potstill.trainer.data.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.clean.MinHash.Signature;
import dev.potstill.trainer.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MinHashTest {
    private static final int WORDS = 400;
    private final MinHash hash = new MinHash(80);

    private Signature of(List<String> words) {
        return hash.of(List.of(new Message("user", "What now?")), String.join(" ", words))
                .orElseThrow();
    }

    private static List<String> words(long seed) {
        var draws = new Random(seed);
        return IntStream.range(0, WORDS).mapToObj(i -> "w" + letters(draws)).toList();
    }

    private static String letters(Random draws) {
        return draws.ints(3, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Another word at every so many: of n words, five shingles each change. */
    private static List<String> changed(List<String> words, int count) {
        var other = new ArrayList<>(words);
        for (int i = 0; i < count; i++) {
            other.set(i * (WORDS / count) + 5, "changed");
        }
        return other;
    }

    private static boolean meet(Signature one, Signature other) {
        return IntStream.range(0, one.bands().length).anyMatch(band -> one.bands()[band] == other.bands()[band]);
    }

    @Test
    void likeness_is_the_share_of_shingles_in_common() {
        for (int count : new int[] {2, 8, 20}) {
            double expected = (400 - 5.0 * count) / (400 + 5.0 * count);
            double mean = IntStream.range(0, 20)
                    .mapToDouble(seed -> MinHash.likeness(
                            of(words(seed)).lowest(),
                            of(changed(words(seed), count)).lowest()))
                    .average()
                    .orElseThrow();
            // 20 estimates of 112 draws each: 0.01 is one deviation at most, and three are allowed.
            assertThat(mean).isCloseTo(expected, within(0.035));
        }
    }

    @Test
    void texts_as_alike_as_wanted_meet_in_a_band_and_others_do_not() {
        // 85 % alike: 98 of 100 meet (1 - (1 - 0.85^8)^14).
        long met = IntStream.range(0, 100)
                .filter(seed -> meet(of(words(seed)), of(changed(words(seed), 6))))
                .count();
        assertThat(met).isGreaterThanOrEqualTo(93);
        long strangers = IntStream.range(0, 100)
                .filter(seed -> meet(of(words(seed)), of(words(seed + 1000))))
                .count();
        assertThat(strangers).isZero();
    }

    @Test
    void bands_follow_the_likeness_that_is_wanted() {
        assertThat(List.of(50, 75, 80, 95)).allSatisfy(percent -> {
            int rows = MinHash.bandRows(percent);
            assertThat(1 - Math.pow(1 - Math.pow(percent / 100.0, rows), MinHash.bands(percent)))
                    .isGreaterThanOrEqualTo(0.9);
        });
        assertThat(MinHash.bandRows(80)).isEqualTo(8);
        assertThat(MinHash.bands(80)).isEqualTo(14);
    }

    @Test
    void another_number_in_the_question_or_as_the_answer_is_another_problem() {
        List<String> answer = words(1);
        var one = hash.of(List.of(new Message("user", "What is 3 of 40?")), String.join(" ", answer) + " 12")
                .orElseThrow();
        for (String[] other :
                new String[][] {{"What is 4 of 40?", " 12"}, {"What is 34 of 0?", " 12"}, {"What is 3 of 40?", " 13"}
                }) {
            var different = hash.of(List.of(new Message("user", other[0])), String.join(" ", answer) + other[1])
                    .orElseThrow();
            assertThat(meet(one, different)).isFalse();
        }
        var same = hash.of(
                        List.of(new Message("user", "What is 3 of 40?")),
                        String.join(" ", answer).replace("a", "A") + ", 12")
                .orElseThrow();
        assertThat(Arrays.equals(one.bands(), same.bands())).isTrue();
    }

    @Test
    void digits_of_all_scripts_are_numbers() {
        String answer = String.join(" ", words(1));
        for (String[] numbers : new String[][] {{"٣", "٤"}, {"३", "४"}, {"３", "４"}, {"𝟑", "𝟒"}}) {
            Signature asked = asked(numbers[0], answer);
            assertThat(meet(asked, asked(numbers[1], answer))).isFalse();
            assertThat(meet(asked, asked(numbers[0], answer))).isTrue();
            assertThat(meet(asked("", answer + " " + numbers[0] + "."), asked("", answer + " " + numbers[1] + ".")))
                    .isFalse();
        }
    }

    private Signature asked(String number, String answer) {
        return hash.of(List.of(new Message("user", "What is " + number + "?")), answer)
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " or ", textBlock = """
            3 + 4 or 3 * 4
            3+4 or 3-4
            3 * -4 or 3 * 4
            a * b or a / b
            (a + b) == c or (a + b) != c
            x \u2264 y or x \u2265 y
            3 \\times 4 or 3 \\div 4
            five pears or six pears
            Two more than that or two less than that
            𝟑 + 𝟒 or 𝟑 - 𝟒
            """)
    void another_sign_or_word_of_quantity_is_another_problem(String one, String other) {
        String answer = String.join(" ", words(1));
        assertThat(meet(asked(one, answer), asked(other, answer))).isFalse();
        assertThat(meet(asked(one, answer), asked(one, answer))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " or ", textBlock = """
            a well-known fact or a well known fact
            one thing - and no other or One thing, and no other
            him/her or him her
            **this** or this
            <b>this</b> or b this b
            often or OFTEN
            """)
    void a_hyphen_a_dash_or_a_tag_is_no_sign(String one, String other) {
        String answer = String.join(" ", words(1));
        assertThat(meet(asked(one, answer), asked(other, answer))).isTrue();
    }

    @Test
    void a_long_row_of_signs_takes_no_longer_than_one_of_words() {
        String signs = "- ".repeat(1_000_000);
        assertThat(meet(asked(signs, signs + String.join(" ", words(1))), asked("", String.join(" ", words(1)))))
                .isTrue();
    }

    @Test
    void short_texts_are_never_compared() {
        var problem = new WordProblems(1).train(1);
        assertThat(hash.of(List.of(new Message("user", problem.prompt())), problem.reasoning()))
                .isEmpty();
    }
}
