package dev.potstill.trainer.loss;

/** What becomes of the tokens that the teacher does not list. */
public enum Tail {
    /** All of them are one more bucket, of the probability they have at the temperature. */
    Bucket(true, "lp"),
    /**
     * All of them are one more bucket, and where the teacher's probabilities are known at temperature 1 alone, the temperature is put
     * on that bucket as though it were one token; the student's has the probability it has.
     */
    OneToken(true, "torch.log_softmax(lp / tau, -1)"),
    /** The teacher's listed tokens share all of its probability, and nothing is compared for the others. */
    Dropped(false, "torch.log_softmax(lp, -1)");

    private final boolean compared;
    private final String teacher;

    Tail(boolean compared, String teacher) {
        this.compared = compared;
        this.teacher = teacher;
    }

    /** Whether there is a bucket for them. */
    boolean isCompared() {
        return compared;
    }

    /** TorchScript: the teacher's distribution over the buckets, from the logarithms {@code lp} of what was stored. */
    String teacher() {
        return teacher;
    }
}
