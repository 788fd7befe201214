package dev.potstill.trainer.signals;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.train.TrainingSet;

/** Where a teacher's likeliest next tokens come from: a model in this process, or a server. */
public interface TopSource extends AutoCloseable {

    /** How many of the likeliest tokens it tells of each. */
    int k();

    /** The temperature of what it tells. */
    double temperature();

    /** The likeliest next tokens of every target of some samples. */
    Said said(Scope scope, TrainingSet set, int[] samples);

    /** Tokens of samples that are best asked about together, where there are so many bytes of memory. */
    default long blockTokens(long memory) {
        return Ascent.BATCH_TOKENS;
    }

    @Override
    void close();
}
