package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.Tokenizer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** The teacher as the data stage asks it: for answers, and for how hard answers are to it. A model of this process, or a server. */
public sealed interface Respondent extends AutoCloseable permits LoadedTeacher, StreamedTeacher, AskedTeacher {

    /**
     * Whoever answers requests in text, one answer each. Answers are handed over as they are there, in any order and from any thread;
     * {@code tick} is told of tokens made.
     */
    @FunctionalInterface
    interface Asking {
        void ask(List<Request> requests, Consumer<List<Answer>> answered, IntConsumer tick);
    }

    /** Its tokenizer, or what is taken for it. */
    Tokenizer tokenizer();

    /** Whether it is asked as much as there is at once, as it says itself how many questions it takes. */
    boolean isQueue();

    /** Whether its weights are read anew each time, so that few rows cost it as much as many. */
    default boolean isStreamed() {
        return false;
    }

    /** @param maxLength of prompt and answer in tokens: nothing is sampled beyond it */
    Asking asking(Sampling sampling, int maxLength);

    /** Of each conversation the mean negative log-likelihood of its answers' tokens, in nats; NaN where it has no answer. */
    double[] losses(List<Encoded> rows);

    @Override
    void close();
}
