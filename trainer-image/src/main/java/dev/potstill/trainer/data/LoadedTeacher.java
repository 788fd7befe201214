package dev.potstill.trainer.data;

import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.Tokenizer;
import java.util.List;

/** A teacher in this process. */
public final class LoadedTeacher implements Respondent {
    private final Tokenizer tokenizer;
    private final Generator generator;
    private final AnswerLoss loss;
    private final Runnable under;

    /** @param under closed after this: the model and what it lies in */
    public LoadedTeacher(LanguageModel model, Tokenizer tokenizer, Runnable under) {
        this.under = under;
        this.tokenizer = tokenizer;
        this.generator = new Generator(model);
        this.loss = new AnswerLoss(model);
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public boolean isQueue() {
        return false;
    }

    @Override
    public Asking asking(Sampling sampling, int maxLength) {
        return new SamplingTeacher(generator, tokenizer, sampling, maxLength);
    }

    @Override
    public double[] losses(List<Encoded> rows) {
        return loss.of(rows);
    }

    @Override
    public void close() {
        generator.close();
        loss.close();
        under.run();
    }
}
