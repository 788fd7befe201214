package dev.potstill.trainer.stage;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.train.TrainingSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/** The teacher's hidden states of a training set. */
sealed interface HiddenStates extends AutoCloseable {

    /** Those of some samples [tokens, width], by the layer after which they are. */
    IntFunction<Tensor> of(Scope scope, int[] samples);

    @Override
    void close();

    /** Computed once, and read at each step. */
    record Stored(SignalStore store) implements HiddenStates {
        @Override
        public IntFunction<Tensor> of(Scope scope, int[] samples) {
            return layer -> store.rows(scope, Teacher.hidden(layer), samples);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** Computed at each step, as there is no room to store them. */
    record Computed(Models.Open open, Teacher teacher, TrainingSet set, List<Integer> layers) implements HiddenStates {
        @Override
        public IntFunction<Tensor> of(Scope scope, int[] samples) {
            Map<String, Tensor> states = teacher.hidden(scope, set, samples, layers);
            return layer -> Objects.requireNonNull(states.get(Teacher.hidden(layer)));
        }

        @Override
        public void close() {
            teacher.close();
            open.close();
        }
    }
}
