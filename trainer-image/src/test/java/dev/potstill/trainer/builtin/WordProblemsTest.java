package dev.potstill.trainer.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.builtin.WordProblems.Problem;
import java.util.HashSet;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordProblemsTest {
    private static final WordProblems PROBLEMS = new WordProblems(42);
    private static final Pattern START = Pattern.compile("^\\w+ has (\\d+)(?: bags of (\\d+))? (\\w+)\\.");
    private static final Pattern CHANGE = Pattern.compile("(?:He|She) (buys|finds|sells|loses|gives away) (\\d+)");
    private static final Pattern SUM = Pattern.compile("(\\d+)([+*-])(\\d+)=(\\d+); ");

    @Test
    void the_first_problems_of_a_seed_never_change() {
        assertThat(PROBLEMS.train(0))
                .isEqualTo(new Problem(
                        "Eva has 29 apples. She sells 18. She loses 3. How many apples are left?",
                        "29-18=11; 11-3=8; = 8",
                        8));
        assertThat(PROBLEMS.train(1))
                .isEqualTo(new Problem(
                        "Tom has 7 bags of 8 pears. He finds 26 more. He finds 8 more. How many pears are left?",
                        "7*8=56; 56+26=82; 82+8=90; = 90",
                        90));
        assertThat(PROBLEMS.train(2))
                .isEqualTo(new Problem(
                        "Sam has 42 books. He finds 13 more. He loses 26. He gives away 17. How many books are left?",
                        "42+13=55; 55-26=29; 29-17=12; = 12",
                        12));
        assertThat(PROBLEMS.heldOut(0))
                .isEqualTo(new Problem(
                        "Tom has 24 coins. He gives away 10. He finds 15 more. He sells 6. How many coins are left?",
                        "24-10=14; 14+15=29; 29-6=23; = 23",
                        23));
        assertThat(new WordProblems(43).train(0)).isNotEqualTo(PROBLEMS.train(0));
    }

    @Test
    void no_held_out_problem_is_ever_trained_on() {
        var trained = new HashSet<String>();
        LongStream.range(0, 100_000).forEach(i -> trained.add(PROBLEMS.train(i).prompt()));
        assertThat(LongStream.range(0, 100_000)
                        .mapToObj(i -> PROBLEMS.heldOut(i).prompt()))
                .allMatch(WordProblems::isHeldOut)
                .noneMatch(trained::contains);
        assertThat(trained).hasSizeGreaterThan(95_000).noneMatch(WordProblems::isHeldOut);
    }

    @Test
    void the_answer_is_what_the_story_says_and_every_sum_is_right() {
        LongStream.range(0, 20_000).forEach(i -> {
            var problem = PROBLEMS.train(i);
            assertThat(problem.answer()).as(problem.prompt()).isEqualTo(retold(problem.prompt()));
            assertThat(workedOut(problem.reasoning())).as(problem.reasoning()).isEqualTo(problem.answer());
            assertThat(WordProblems.answerOf(problem.reasoning())).hasValue(problem.answer());
        });
    }

    @Test
    void every_problem_takes_two_or_three_sums() {
        assertThat(LongStream.range(0, 2_000)
                        .map(i -> SUM.matcher(PROBLEMS.train(i).reasoning())
                                .results()
                                .count()))
                .contains(2L, 3L)
                .allMatch(sums -> sums == 2 || sums == 3);
    }

    @ParameterizedTest
    @CsvSource({"12+7=19; 19-9=10; = 10,10", "= 0,0", "nonsense; = 5,5"})
    void an_output_that_ends_in_an_answer_has_it(String output, long answer) {
        assertThat(WordProblems.answerOf(output)).hasValue(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "12+7=19", "12+7= 19", "= 10;", "= 010", "= -4", "= 10 or so", "x = 10", "= 1 0"})
    void an_output_that_does_not_end_in_exactly_an_answer_has_none(String output) {
        assertThat(WordProblems.answerOf(output)).isEmpty();
    }

    /** The story read again from its text, apart from how it was made. */
    private static long retold(String prompt) {
        var start = START.matcher(prompt);
        assertThat(start.find()).as(prompt).isTrue();
        long total = Long.parseLong(start.group(1));
        total *= start.group(2) == null ? 1 : Long.parseLong(start.group(2));
        assertThat(prompt).endsWith("How many " + start.group(3) + " are left?");
        for (var change : CHANGE.matcher(prompt).results().toList()) {
            long amount = Long.parseLong(change.group(2));
            boolean gains = change.group(1).equals("buys") || change.group(1).equals("finds");
            total += gains ? amount : -amount;
        }
        return total;
    }

    private static long workedOut(String reasoning) {
        long last = -1;
        for (var sum : SUM.matcher(reasoning).results().toList()) {
            long left = Long.parseLong(sum.group(1));
            long right = Long.parseLong(sum.group(3));
            assertThat(last == -1 || left == last).isTrue();
            last = switch (sum.group(2)) {
                case "+" -> left + right;
                case "-" -> left - right;
                default -> left * right;
            };
            assertThat(Long.parseLong(sum.group(4))).isEqualTo(last);
        }
        return last;
    }
}
