package dev.potstill.trainer.loss;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;

/** How far a student's next-token distributions are from what the teacher said of them. */
public sealed interface TeacherLoss extends AutoCloseable permits NextTokenDivergence, SortedDistance {

    /** The temperature at which the teacher's probabilities are wanted. */
    double signalTemperature();

    /**
     * Summed over tokens, times the scale.
     *
     * @param logits the student's [N, vocabulary]
     * @param done the share of the training that is done, for what changes with it
     */
    Tensor of(Scope scope, Tensor logits, Said said, double done, double scale);

    @Override
    void close();
}
