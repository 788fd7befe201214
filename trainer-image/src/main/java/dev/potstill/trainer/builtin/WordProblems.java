package dev.potstill.trainer.builtin;

import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Arithmetic word problems of two or three steps with their reasoning written out, as many as are asked for. Problem i
 * of a seed is the same on every machine, and no problem is both in the training and in the held-out stream: the hash
 * of its own text says to which of the two it belongs.
 *
 * @param seed names one pair of streams
 */
public record WordProblems(long seed) {
    /** No row, with its special tokens, is longer. */
    public static final int MAX_TOKENS = 72;

    /** One problem in this many is held out. */
    private static final int HELD_OUT_SHARE = 10;

    private static final Pattern FINAL_ANSWER = Pattern.compile("(?:^|; )= (0|[1-9][0-9]{0,17})$");

    /**
     * @param prompt the problem, in English
     * @param reasoning every sum, then the answer: {@code 12+7=19; 19-9=10; = 10}
     * @param answer the number asked for
     */
    public record Problem(String prompt, String reasoning, long answer) {}

    public Problem train(long index) {
        return first(index, prompt -> !isHeldOut(prompt));
    }

    public Problem heldOut(long index) {
        return first(index, WordProblems::isHeldOut);
    }

    /** Whether a problem with this text may only be used to evaluate. */
    public static boolean isHeldOut(String prompt) {
        return Long.remainderUnsigned(Dice.mix(fnv1a(prompt)), HELD_OUT_SHARE) == 0;
    }

    /** The answer a model's output ends in, or nothing unless it ends in exactly {@code = N}. */
    public static OptionalLong answerOf(String modelOutput) {
        var answer = FINAL_ANSWER.matcher(modelOutput.strip());
        return answer.find() ? OptionalLong.of(Long.parseLong(answer.group(1))) : OptionalLong.empty();
    }

    private Problem first(long index, Predicate<String> wanted) {
        var dice = new Dice(seed, index);
        while (true) {
            var problem = Story.tell(dice);
            if (wanted.test(problem.prompt())) {
                return problem;
            }
        }
    }

    /** FNV-1a, 64 bits: written out because a string's own hash code has 32. */
    private static long fnv1a(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }
}
