package dev.potstill.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.text.Encoded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LevelsTest {
    private static final List<Integer> LEVELS = IntStream.range(0, 103)
            .mapToObj(i -> i % 10 == 0 ? 2 : i % 3 == 0 ? 1 : 0)
            .toList();
    private static final Epochs CURRICULUM = new Epochs(103, 3, 8, 2, 42, new Levels(LEVELS));

    private static List<Integer> epoch(Epochs epochs, int epoch) {
        List<Integer> samples = new ArrayList<>();
        for (long step = 0; step < epochs.stepsPerEpoch(); step++) {
            epochs.microBatches(epoch * epochs.stepsPerEpoch() + step)
                    .forEach(batch -> IntStream.of(batch).forEach(samples::add));
        }
        return samples;
    }

    @Test
    void in_every_epoch_the_easier_samples_come_first_and_each_once() {
        for (int epoch = 0; epoch < 3; epoch++) {
            List<Integer> samples = epoch(CURRICULUM, epoch);
            assertThat(samples).hasSize(103).doesNotHaveDuplicates();
            assertThat(samples.stream().map(LEVELS::get).toList()).isSorted();
        }
        assertThat(epoch(CURRICULUM, 0)).isNotEqualTo(epoch(CURRICULUM, 1));
    }

    @Test
    void within_a_level_the_order_is_that_of_the_shuffling() {
        List<Integer> shuffled = epoch(new Epochs(103, 3, 8, 2, 42), 1);
        for (int level = 0; level <= 2; level++) {
            int one = level;
            assertThat(epoch(CURRICULUM, 1).stream().filter(sample -> LEVELS.get(sample) == one))
                    .containsExactlyElementsOf(shuffled.stream()
                            .filter(sample -> LEVELS.get(sample) == one)
                            .toList());
        }
    }

    @Test
    void some_samples_of_a_set_keep_their_levels() {
        List<Encoded> samples = Collections.nCopies(4, new Encoded(new int[] {1}, new boolean[] {true}));
        TrainingSet some = new TrainingSet(samples, new Levels(List.of(0, 1, 2, 1))).of(new int[] {2, 0, 3});
        assertThat(some.levels().of()).containsExactly(2, 0, 1);
        assertThat(new TrainingSet(samples).of(new int[] {2}).levels()).isEqualTo(Levels.NONE);
    }
}
