package dev.potstill.trainer.response;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;

/** What was stored of a teacher's next tokens, read for the student's tokens to be predicted. */
public interface Signals extends AutoCloseable {

    Said said(Scope scope, int[] samples);

    @Override
    void close();

    /** Of a teacher that reads the rows as the same tokens. */
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
}
