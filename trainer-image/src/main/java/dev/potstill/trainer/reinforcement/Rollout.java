package dev.potstill.trainer.reinforcement;

import java.util.Arrays;

/**
 * One answer of the policy and what it was worth.
 *
 * @param prompt token ids
 * @param answer token ids, the end token included if it was reached
 * @param score its reward
 */
@SuppressWarnings("ArrayRecordComponent") // token ids, read by arithmetic
public record Rollout(int[] prompt, int[] answer, double score) {

    /** Prompt and answer. */
    public int[] tokens() {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + answer.length);
        System.arraycopy(answer, 0, tokens, prompt.length, answer.length);
        return tokens;
    }
}
