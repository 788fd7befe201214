package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Data.Difficulty;
import dev.potstill.trainer.data.Grading.Graded;
import dev.potstill.trainer.data.Row.Grade;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradingTest {

    private static List<Graded> rows(int count) {
        var random = new SplittableRandom(count);
        return IntStream.range(0, count)
                .mapToObj(i -> new Graded(i, "r" + i, 1 + random.nextInt(40) / 10.0, 1 + i % 3))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"60, 30, 10", "34, 33, 33", "0, 0, 100", "1, 98, 1", "50, 50, 0"})
    void every_share_is_exact_to_one_row_for_every_number_of_rows(int base, int advanced, int challenge) {
        var shares = new Difficulty(base, advanced, challenge);
        for (int count = 1; count <= 300; count++) {
            Grade[] grades = Grading.grades(rows(count), shares);
            assertIsShare(grades, Grade.Base, base);
            assertIsShare(grades, Grade.Advanced, advanced);
            assertIsShare(grades, Grade.Challenge, challenge);
        }
    }

    private static void assertIsShare(Grade[] grades, Grade grade, int percent) {
        double exact = grades.length * percent / 100.0;
        assertThat((double) Arrays.stream(grades).filter(one -> one == grade).count())
                .isBetween(exact - 1, exact + 1);
    }

    @Test
    void copies_of_a_row_are_rows_of_their_own() {
        List<Graded> copies = rows(100).stream().flatMap(Graded::each).toList();
        assertThat(copies).hasSize(199).extracting(Graded::id).doesNotHaveDuplicates();
        Grade[] grades = Grading.grades(copies, new Difficulty(60, 30, 10));
        assertThat(Arrays.stream(grades).filter(one -> one == Grade.Base)).hasSize(119);
        assertThat(Arrays.stream(grades).filter(one -> one == Grade.Challenge)).hasSize(20);
    }
}
