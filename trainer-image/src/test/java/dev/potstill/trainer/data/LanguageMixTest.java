package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Data.Languages;
import dev.potstill.api.Data.Languages.Method;
import dev.potstill.trainer.data.LanguageMix.Spoken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageMixTest {

    private static List<Spoken> rows(int english, int others) {
        List<Spoken> rows = new ArrayList<>();
        IntStream.range(0, english).forEach(i -> rows.add(new Spoken("e" + i, i % 7 == 0 ? null : "en")));
        IntStream.range(0, others).forEach(i -> rows.add(new Spoken("o" + i, i % 2 == 0 ? "fr" : "zh")));
        return rows;
    }

    private static int[] copies(int percent, Method method, List<Spoken> rows) {
        return new LanguageMix(new Languages(percent, method)).copies(rows);
    }

    private static long sum(int[] copies, List<Spoken> rows, boolean notEnglish) {
        return IntStream.range(0, copies.length)
                .filter(i -> rows.get(i).isNotEnglish() == notEnglish)
                .mapToLong(i -> copies[i])
                .sum();
    }

    @ParameterizedTest
    @CsvSource({
        "900, 100, 20",
        "997, 3, 20",
        "1000, 1, 33",
        "800, 200, 20",
        "801, 200, 20",
        "10, 990, 20",
        "123, 77, 99",
        "500, 500, 50",
        "501, 500, 50",
        "64, 9, 13"
    })
    void the_share_is_reached_with_as_little_change_as_can_be(int english, int others, int percent) {
        List<Spoken> rows = rows(english, others);
        int[] fewer = copies(percent, Method.DownsampleEnglish, rows);
        long left = sum(fewer, rows, false);
        assertThat(sum(fewer, rows, true)).isEqualTo(others);
        assertThat(100L * others).isGreaterThanOrEqualTo(percent * (others + left));
        if (left < english) {
            assertThat(100L * others).isLessThan(percent * (others + left + 1));
        }
        int[] more = copies(percent, Method.RepeatOthers, rows);
        long repeated = sum(more, rows, true);
        assertThat(sum(more, rows, false)).isEqualTo(english);
        assertThat(100 * repeated).isGreaterThanOrEqualTo(percent * (repeated + english));
        if (repeated > others) {
            assertThat(100 * (repeated - 1)).isLessThan(percent * (repeated - 1 + english));
        }
        assertThat(Arrays.stream(more).max().orElseThrow()
                        - Arrays.stream(more).filter(c -> c > 1).min().orElse(1))
                .isLessThanOrEqualTo(Math.max(1, Arrays.stream(more).max().orElseThrow()) - 1);
    }

    @Test
    void which_rows_are_left_out_depends_on_their_ids_alone() {
        List<Spoken> rows = rows(500, 50);
        List<String> kept = kept(rows);
        List<Spoken> backwards = rows.reversed();
        assertThat(kept(backwards)).containsExactlyInAnyOrderElementsOf(kept);
    }

    private static List<String> kept(List<Spoken> rows) {
        int[] copies = copies(20, Method.DownsampleEnglish, rows);
        return IntStream.range(0, copies.length)
                .filter(i -> copies[i] > 0)
                .mapToObj(i -> rows.get(i).id())
                .toList();
    }

    @Test
    void no_share_can_be_made_of_nothing() {
        assertThatThrownBy(() -> copies(20, Method.DownsampleEnglish, rows(10, 0)))
                .hasMessageStartingWith(
                        "spec.data.languages.nonEnglishPercent: found 20, but none of 10 rows is known to be");
        assertThatThrownBy(() -> copies(100, Method.RepeatOthers, rows(10, 5)))
                .hasMessageContaining("found 100 with method RepeatOthers");
        assertThat(copies(0, Method.DownsampleEnglish, rows(3, 0))).containsOnly(1);
    }
}
