package dev.potstill.trainer.data;

import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * How many answers are asked for to each prompt. To one that is set aside one is enough, and none where its source has one. Where all
 * that are wanted are more than are allowed, prompts have as many each, and what is left over is spread evenly over the whole set.
 *
 * @param samples of a prompt that is trained on
 * @param ones prompts of which one answer is wanted
 * @param many prompts of which {@code samples} are
 * @param most answers in all
 */
record Allotment(int samples, SetAside setAside, long ones, long many, long most) {

    static Allotment of(int samples, long most, SetAside setAside, Supplier<Stream<Question>> questions) {
        var none = new Allotment(samples, setAside, 0, 0, most);
        long[] counts = new long[2];
        if (samples > 0) {
            try (Stream<Question> all = questions.get()) {
                all.filter(question -> none.wanted(question) > 0).forEach(question -> counts[none.kind(question)]++);
            }
        }
        return new Allotment(samples, setAside, counts[0], counts[1], most);
    }

    private int kind(Question question) {
        return setAside.has(question) ? 0 : 1;
    }

    private int wanted(Question question) {
        if (!question.first()) {
            return 0;
        }
        return !setAside.has(question) ? samples : question.answer() == null ? Math.min(1, samples) : 0;
    }

    /** Answers that are wanted in all. */
    long wanted() {
        return ones + many * samples;
    }

    boolean binds() {
        return wanted() > most;
    }

    /** Prompts that are to be asked. */
    long prompts() {
        return ones + many;
    }

    /** How many of each, asked about in the questions' order. */
    ToIntFunction<Question> inTurn() {
        return binds() ? new Spread() : this::wanted;
    }

    /** Where there are not enough for all. */
    private final class Spread implements ToIntFunction<Question> {
        private final boolean fewerThanPrompts = most < prompts();
        private final long each = fewerThanPrompts ? 0 : (most - ones) / many;
        private final long rest = fewerThanPrompts ? most : most - ones - each * many;
        private final long sharing = fewerThanPrompts ? prompts() : many;
        private long passed;

        @Override
        public int applyAsInt(Question question) {
            if (wanted(question) == 0) {
                return 0;
            }
            if (!fewerThanPrompts && setAside.has(question)) {
                return 1;
            }
            long before = passed++ * rest / sharing;
            return (int) (each + passed * rest / sharing - before);
        }
    }
}
