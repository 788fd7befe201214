package dev.potstill.trainer.data.clean;

import java.util.Optional;

/**
 * What in an answer shows that it was reasoned, step by step: features that one can point at, each counted in the answer's text.
 *
 * @param words of the answer, as spaces part them
 * @param steps numbered or bulleted lines, and "Step 2"
 * @param equations results written out: {@code 7*5=35}
 * @param connectives words that tie a step to the one before: so, because, then, …
 * @param codeBlocks fenced pieces of code
 * @param thoughts non-empty {@code <think>} blocks
 * @param corrections where it takes back or checks what it said: wait, let me check, …
 * @param finalAnswers whether the answer says which of it is the answer, 0 or 1
 */
public record Rationale(
        int words,
        int steps,
        int equations,
        int connectives,
        int codeBlocks,
        int thoughts,
        int corrections,
        int finalAnswers) {
    /** Points from which an answer counts as reasoned: for example two equations and a marked final answer. */
    private static final int ENOUGH = 3;

    /** No feature alone counts more than this, so that a list of words is no reasoning. */
    private static final int MOST = 2;

    public static Rationale in(String answer) {
        return new RationaleScan(answer).found();
    }

    public int points() {
        return Math.min(steps, MOST)
                + Math.min(equations, MOST)
                + Math.min(connectives, MOST)
                + Math.min(corrections, 1)
                + Math.min(codeBlocks, 1)
                + finalAnswers
                // A model's own thoughts are reasoning whatever they look like.
                + Math.min(thoughts, 1) * ENOUGH;
    }

    /** Why an answer is dropped where reasoning is required, if it is. */
    public Optional<String> missing() {
        int points = points();
        return points >= ENOUGH ? Optional.empty() : Optional.of(points == 0 ? "noReasoning" : "littleReasoning");
    }
}
