package dev.potstill.trainer.loss;

/** What becomes of the tokens that the teacher does not list: they are one more bucket, for the teacher and the student. */
public enum Tail {
    /** Their bucket has the probability they have at the temperature. */
    Bucket("log_tail", "lp"),
    /**
     * Where the teacher's probabilities are known at temperature 1 alone: the temperature is put on their bucket as though it were one
     * token. The student's has the probability it has.
     */
    OneToken("log_tail", "torch.log_softmax(lp / tau, -1)"),
    /** The listed tokens share all of the teacher's probability; of their bucket, e^-10000 is 0 with a logarithm that can be summed. */
    Dropped("torch.full_like(log_tail, -1.0e4)", "torch.log_softmax(lp, -1)");

    private final String bucket;
    private final String distribution;

    Tail(String bucket, String distribution) {
        this.bucket = bucket;
        this.distribution = distribution;
    }

    /** TorchScript: the logarithm of the teacher's bucket for them. */
    String bucket() {
        return bucket;
    }

    /** TorchScript: the teacher's distribution over all buckets, from the logarithms {@code lp} of what was stored. */
    String distribution() {
        return distribution;
    }
}
