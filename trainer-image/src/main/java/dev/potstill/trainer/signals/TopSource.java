package dev.potstill.trainer.signals;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.util.List;
import java.util.Map;

/** Where a teacher's likeliest next tokens of a training set come from: a model in this process, or a server. */
public interface TopSource extends AutoCloseable {

    /** How many of the likeliest tokens it tells of each. */
    int k();

    /** All that what it tells depends on, but for the rows: names what is stored of it. */
    List<?> identity();

    /**
     * The likeliest next tokens of every target of some samples that follow one another, in the columns of {@link
     * Teacher#topColumns}: log p of the i-th is values[i] − log-sum, and what they leave over is the probability of all others.
     */
    Map<String, Tensor> top(Scope scope, int[] samples);

    @Override
    void close();
}
