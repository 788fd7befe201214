package dev.potstill.trainer.model;

import java.util.List;

/** What a layer does with each token alone: TorchScript lines from the normed input m [N, width] to y [N, width]. */
interface FeedForward {

    List<Weight> weights();

    /** The lines; where tokens choose experts, they also set {@code route} [N, experts], the router's logits. */
    String text();

    /** Whether tokens choose experts. */
    boolean routed();

    /** Values a token makes between input and output at most. */
    long inner();
}
