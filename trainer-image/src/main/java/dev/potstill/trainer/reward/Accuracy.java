package dev.potstill.trainer.reward;

/** Whether an answer is right: 1 where its final answer is the reference, 0 where not. */
final class Accuracy {
    private Accuracy() {}

    /** @see FinalAnswer#isRight */
    static double of(String output, String reference) {
        return FinalAnswer.isRight(output, reference) ? 1 : 0;
    }
}
