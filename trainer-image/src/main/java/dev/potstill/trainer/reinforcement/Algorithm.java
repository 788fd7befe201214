package dev.potstill.trainer.reinforcement;

import java.util.List;
import java.util.Map;

/** A way to improve a policy by its own answers. */
public sealed interface Algorithm permits Ppo, Grpo, MiniLlm {

    /**
     * What every token of these answers was worth.
     *
     * @param rollouts answers to the same prompt follow each other
     * @param klCoefficient weight of the divergence from the reference
     */
    Experience judge(List<Rollout> rollouts, double klCoefficient);

    /**
     * Adds the gradient of the part that some answers have in a step's loss.
     *
     * @return the same part of each of the loss's terms; {@code loss} is the one minimised
     */
    Map<String, Double> accumulate(Experience some, Experience step);
}
