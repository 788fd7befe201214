package dev.potstill.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochsTest {
    @Test
    void everyEpochHasEverySampleOnceAndInAnotherOrder() {
        Epochs epochs = new Epochs(103, 3, 8, 2, 42);
        List<List<Integer>> seen = new ArrayList<>();
        for (int epoch = 0; epoch < 3; epoch++) {
            List<Integer> samples = new ArrayList<>();
            for (long step = 0; step < epochs.stepsPerEpoch(); step++) {
                for (int[] batch : epochs.microBatches(epoch * epochs.stepsPerEpoch() + step)) {
                    assertThat(batch).hasSizeBetween(1, 8);
                    for (int sample : batch) {
                        samples.add(sample);
                    }
                }
            }
            assertThat(samples).hasSize(103).doesNotHaveDuplicates();
            seen.add(samples);
        }
        assertThat(seen.get(0)).isNotEqualTo(seen.get(1));
        assertThat(seen.get(1)).isNotEqualTo(seen.get(2));
    }

    @Test
    void aStepHasTheSameSamplesWhateverWasAskedBefore() {
        Epochs inOrder = new Epochs(103, 3, 8, 2, 42);
        Epochs back = new Epochs(103, 3, 8, 2, 42);
        for (long step = inOrder.steps() - 1; step >= 0; step--) {
            List<int[]> fresh = new Epochs(103, 3, 8, 2, 42).microBatches(step);
            assertThat(back.microBatches(step)).usingRecursiveComparison().isEqualTo(fresh);
            assertThat(inOrder.microBatches(inOrder.steps() - 1 - step))
                    .usingRecursiveComparison()
                    .isEqualTo(new Epochs(103, 3, 8, 2, 42).microBatches(inOrder.steps() - 1 - step));
        }
    }

    @Test
    void theLastStepOfAnEpochTakesWhatIsLeft() {
        Epochs epochs = new Epochs(20, 1, 8, 2, 1);
        assertThat(epochs.steps()).isEqualTo(2);
        assertThat(epochs.microBatches(0)).extracting(batch -> batch.length).containsExactly(8, 8);
        assertThat(epochs.microBatches(1)).extracting(batch -> batch.length).containsExactly(4);
    }

    @Test
    void theGreatestStepTheApiAllowsTakesAllSamples() {
        Epochs epochs = new Epochs(20, 2, 65_536, 65_536, 1);
        assertThat(epochs.steps()).isEqualTo(2);
        assertThat(epochs.microBatches(1)).extracting(batch -> batch.length).containsExactly(20);
    }

    @Test
    void theRateWarmsUpForAtMostATenthAndEndsAtNothing() {
        Schedule schedule = new Schedule(1, 500, 100);
        assertThat(schedule.rate(0)).isPositive().isLessThan(schedule.rate(9));
        assertThat(schedule.rate(10)).isEqualTo(1);
        assertThat(schedule.rate(55)).isEqualTo(0.5, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(schedule.rate(99)).isPositive().isLessThan(0.001);
    }
}
