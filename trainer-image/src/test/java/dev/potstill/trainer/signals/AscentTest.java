package dev.potstill.trainer.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.train.TrainingSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AscentTest {
    /** Rows of so many tokens each. */
    private static TrainingSet rows(IntStream lengths) {
        Stream<Encoded> rows = lengths.mapToObj(length -> new Encoded(new int[length], new boolean[length]));
        return new TrainingSet(rows.toList());
    }

    private static List<Integer> ends(TrainingSet set) {
        IntUnaryOperator inTurn = sample -> sample;
        return IntStream.iterate(
                        Ascent.end(set, 0, set.size(), inTurn),
                        end -> end <= set.size(),
                        end -> end == set.size() ? end + 1 : Ascent.end(set, end, set.size(), inTurn))
                .boxed()
                .toList();
    }

    @Test
    void even_rows_fill_a_batch() {
        assertThat(ends(rows(IntStream.generate(() -> 256).limit(40)))).containsExactly(16, 32, 40);
    }

    @Test
    void a_long_row_does_not_take_short_ones_along_that_would_be_filled_up_to_its_length() {
        IntStream lengths = IntStream.concat(
                IntStream.of(3000), IntStream.generate(() -> 14).limit(100));
        assertThat(ends(rows(lengths))).containsExactly(1, 101);
    }

    @Test
    void a_row_longer_than_a_batch_is_one() {
        assertThat(ends(rows(IntStream.of(5000, 6000, 10)))).containsExactly(1, 2, 3);
    }
}
