package dev.potstill.trainer.response;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.train.TrainingSet;

/** Rows to learn from, and what is known of them beside their tokens. */
public interface Lessons extends AutoCloseable {

    TrainingSet set();

    /** What goes into the first trained layer [N, width]. */
    Tensor states(Scope scope, Packed batch, int[] samples);

    /** What the teacher says of each token to be predicted. */
    Said said(Scope scope, int[] samples);

    @Override
    void close();
}
