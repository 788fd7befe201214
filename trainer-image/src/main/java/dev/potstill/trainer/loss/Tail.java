package dev.potstill.trainer.loss;

/** What becomes of the tokens that the teacher does not list, so that both sides are distributions over the same buckets. */
public enum Tail {
    /** One more bucket, with the probability of all of them at the temperature. */
    Bucket("""
            def buckets(self, listed: Tensor, tail: Tensor, others: int, tau: float) -> Tensor:
                return torch.cat([listed, tail], -1)
            """),
    /**
     * One more bucket, as though the probability they have at temperature 1 were spread over them evenly: the temperature moves
     * probability between tokens that are listed and those that are not, and where a teacher gives no logits that must be guessed.
     */
    Spread("""
            def buckets(self, listed: Tensor, tail: Tensor, others: int, tau: float) -> Tensor:
                even = (tail - torch.log(others)) / tau + torch.log(others)
                return torch.log_softmax(torch.cat([listed / tau, even], -1), -1)
            """),
    /** None: the teacher's listed tokens share all of its probability, the student's keep theirs. */
    Dropped("""
            def buckets(self, listed: Tensor, tail: Tensor, others: int, tau: float) -> Tensor:
                return listed
            """);

    private final String text;

    Tail(String text) {
        this.text = text;
    }

    /** TorchScript: log probabilities of buckets from those of listed tokens [N, k] and of all others [N, 1]. */
    String text() {
        return text;
    }
}
