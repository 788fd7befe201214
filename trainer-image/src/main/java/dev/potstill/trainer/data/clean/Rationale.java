package dev.potstill.trainer.data.clean;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What in an answer shows that it was reasoned, step by step: features that one can point at, each counted in the answer's text.
 *
 * @param words of the answer
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

    private static final Pattern STEP = Pattern.compile("(?im)^\\s{0,8}(?:\\d{1,2}[.)]|[-*•])\\s+\\S|\\bstep\\s+\\d");
    private static final Pattern EQUATION = Pattern.compile("[\\w)\\]}%]\\s?=\\s?[-$£€(\\\\]?\\s?[\\d(]");
    private static final Pattern CONNECTIVE = Pattern.compile(
            "(?i)\\b(?:so|thus|hence|therefore|because|since|then|first|next|finally|which means|this means|let's|let us|if|given"
                    + "|after|now|each|in total|altogether)\\b");
    private static final Pattern CODE = Pattern.compile("(?s)```.+?```");
    private static final Pattern THOUGHT = Pattern.compile("(?s)<think>\\s*\\S.*?</think>");
    private static final Pattern CORRECTION = Pattern.compile(
            "(?i)\\b(?:wait|hmm|actually|on second thought|let me (?:check|verify|re)|double-check|to verify|correction|mistake)");
    private static final Pattern FINAL = Pattern.compile(
            "(?i)####\\s*\\S|\\\\boxed\\{|\\banswer(?:\\s+is|\\s*:)|(?:^|[;.\\s])=\\s?-?[\\d.,]+\\s*\\z");

    public static Rationale in(String answer) {
        return new Rationale(
                answer.split("\\s+").length,
                count(STEP, answer),
                count(EQUATION, answer),
                count(CONNECTIVE, answer),
                count(CODE, answer),
                count(THOUGHT, answer),
                count(CORRECTION, answer),
                Math.min(1, count(FINAL, answer)));
    }

    private static int count(Pattern pattern, String text) {
        return (int) pattern.matcher(text).results().limit(100).count();
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
