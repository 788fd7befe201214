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

    /** Neither the model nor the tokenizer is closed with this. */
    public LoadedTeacher(LanguageModel model, Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.generator = new Generator(model);
        this.loss = new AnswerLoss(model);
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public int places() {
        return SamplingPlan.PLACES;
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
    }
}
