package dev.potstill.trainer.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How hard each sample of a set is, where its order is to heed that.
 *
 * @param of the level of each sample, the easiest 0; empty where all are one
 */
public record Levels(List<Integer> of) {
    public static final Levels NONE = new Levels(List.of());

    public Levels {
        of = List.copyOf(of);
    }

    /** Those of some samples, in this order. */
    Levels of(int[] some) {
        return of.isEmpty()
                ? NONE
                : new Levels(Arrays.stream(some).mapToObj(of::get).toList());
    }

    /** The same samples, those of a lower level before those of a higher one, each level in the order given. */
    int[] easiestFirst(int[] order) {
        if (of.isEmpty()) {
            return order;
        }
        int highest = of.stream().mapToInt(Integer::intValue).max().orElse(0);
        return IntStream.rangeClosed(0, highest)
                .flatMap(level -> Arrays.stream(order).filter(sample -> of.get(sample) == level))
                .toArray();
    }
}
