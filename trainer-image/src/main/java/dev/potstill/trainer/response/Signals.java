package dev.potstill.trainer.response;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.train.TrainingSet;

/** What a teacher says of a set's next tokens. */
public interface Signals extends AutoCloseable {

    Said said(Scope scope, int[] samples);

    @Override
    void close();

    /** Computed once, and read at each step. */
    record Stored(SignalStore store) implements Signals {
        @Override
        public Said said(Scope scope, int[] samples) {
            return Teacher.said(scope, store, samples);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /**
     * Computed at each step, as there is no room to store it.
     *
     * @param set whose samples are asked about
     * @param closing closes the source and what it reads from
     */
    record Computed(TopSource source, TrainingSet set, Runnable closing) implements Signals {
        @Override
        public Said said(Scope scope, int[] samples) {
            return source.said(scope, set, samples);
        }

        @Override
        public void close() {
            closing.run();
        }
    }
}
