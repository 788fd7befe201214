package dev.potstill.trainer.data;

import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.Tokenizer;
import java.util.List;
import java.util.function.Function;

/**
 * A teacher in this process that is read layer by layer: it says how hard answers are, and gives none.
 *
 * @param loss of each of many rows what {@link #losses} says
 * @param under closed with this: the model and what it lies in
 */
public record StreamedTeacher(Tokenizer tokenizer, Function<List<Encoded>, double[]> loss, Runnable under)
        implements Respondent {
    @Override
    public boolean isQueue() {
        return false;
    }

    @Override
    public boolean isStreamed() {
        return true;
    }

    @Override
    public Asking asking(Sampling sampling, int maxLength) {
        throw new IllegalStateException("a teacher that is read layer by layer is asked for no answers");
    }

    @Override
    public double[] losses(List<Encoded> rows) {
        return loss.apply(rows);
    }

    @Override
    public void close() {
        under.run();
    }
}
