package dev.potstill.trainer.parts;

import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One trainer's way through parts that it shares with others. */
final class Shift<P> {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Parts parts;
    private final PartLocks locks;
    private final Consumer<Part<P>> make;
    private final LongConsumer done;

    /** Sizes of parts that were come by and not known to be made then, by number. */
    private final TreeMap<Integer, Long> left = new TreeMap<>();

    private Set<String> there;

    Shift(Parts parts, PartLocks locks, Consumer<Part<P>> make, LongConsumer done) {
        this.parts = parts;
        this.locks = locks;
        this.make = make;
        this.done = done;
        this.there = parts.there();
    }

    void finish(Supplier<Stream<Part<P>>> all) {
        try (Stream<Part<P>> each = all.get()) {
            each.forEach(this::first);
        }
        while (isAnyFree()) {
            try (Stream<Part<P>> each = all.get()) {
                each.takeWhile(part -> !left.isEmpty())
                        .filter(part -> left.containsKey(part.number()))
                        .forEach(this::perhaps);
            }
        }
    }

    private void first(Part<P> part) {
        if (there.contains(parts.name().apply(part.number()))) {
            done.accept(part.size());
            return;
        }
        left.put(part.number(), part.size());
        if (parts.worker().beginsWith(part.number())) {
            perhaps(part);
        }
    }

    /** Makes the part if nobody has or does. */
    private void perhaps(Part<P> part) {
        var taken = locks.take(part.number());
        if (taken.isEmpty()) {
            return;
        }
        try (var own = taken.get()) {
            look();
            if (left.containsKey(part.number())) {
                make.accept(part);
            }
        }
        look();
        if (left.containsKey(part.number())) {
            throw new IllegalStateException("made, but not there: "
                    + parts.folder().resolve(parts.name().apply(part.number())));
        }
    }

    /** Tells of what is newly there. */
    private void look() {
        there = parts.there();
        left.entrySet().removeIf(entry -> {
            boolean made = there.contains(parts.name().apply(entry.getKey()));
            if (made) {
                done.accept(entry.getValue());
            }
            return made;
        });
    }

    /** Waits while others are at all that is left: false when nothing is. */
    private boolean isAnyFree() {
        Duration pause = SHORTEST_PAUSE;
        look();
        while (!left.isEmpty() && left.keySet().stream().noneMatch(locks::isFree)) {
            parts.worker().pause().accept(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            look();
        }
        return !left.isEmpty();
    }
}
