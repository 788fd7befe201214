package dev.potstill.trainer.parts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One trainer's way through parts that it shares with others. */
final class Shift<P> {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Parts parts;
    private final Making<P> work;
    private final PartLocks locks;
    private final Hands hands;

    /** Parts that were come by and not known to be made then, by number; without their content. */
    private final TreeMap<Integer, Part<?>> left = new TreeMap<>();

    private Set<String> there;

    /** Of parts that were come by since {@link #there} was seen. */
    private int since;

    Shift(Parts parts, Making<P> work, PartLocks locks, Hands hands) {
        this.parts = parts;
        this.work = work;
        this.locks = locks;
        this.hands = hands;
        this.there = parts.there();
    }

    void finish(Supplier<Stream<Part<P>>> all) {
        try (Stream<Part<P>> each = all.get()) {
            each.takeWhile(part -> !work.isEnough()).forEach(this::first);
        }
        while (isAnyFree()) {
            try (Stream<Part<P>> each = all.get()) {
                each.takeWhile(part -> !left.isEmpty())
                        .filter(part -> left.containsKey(part.number()))
                        .forEach(part -> perhaps(part, true));
            }
        }
    }

    private void first(Part<P> part) {
        if (there.contains(parts.name(part.number()))) {
            work.done(part.number(), part.size());
            return;
        }
        left.put(part.number(), part.with(part.number()));
        if (parts.worker().beginsWith(part.number())) {
            perhaps(part, false);
        }
    }

    /**
     * Makes the part if nobody has or does.
     *
     * @param needed whether it is one of those that have to be made though there be enough
     */
    private void perhaps(Part<P> part, boolean needed) {
        hands.awaitOne();
        var taken = locks.take(part.number());
        if (taken.isEmpty()) {
            return;
        }
        glance();
        if (!needed && work.isEnough()) {
            left.remove(part.number());
        }
        if (left.containsKey(part.number()) && !parts.isThere(part.number())) {
            hands.give(() -> make(part, taken.get()));
        } else {
            taken.get().close();
        }
        glance();
    }

    private void make(Part<P> part, PartLocks.Taken taken) {
        try (taken) {
            work.make(part);
            Path made = parts.folder().resolve(parts.name(part.number()));
            if (!Files.exists(made)) {
                throw new IllegalStateException("made, but not there: " + made);
            }
        }
    }

    /** Looks more seldom the more is there, so that of many parts each still takes the same time. */
    private void glance() {
        since++;
        if (since > there.size() / 64) {
            look();
        }
    }

    /** Tells of what is newly there. */
    private void look() {
        since = 0;
        there = parts.there();
        left.values().removeIf(part -> {
            boolean made = there.contains(parts.name(part.number()));
            if (made) {
                work.done(part.number(), part.size());
            }
            return made;
        });
    }

    /** Waits while others are at all that is left: false when nothing is. */
    private boolean isAnyFree() {
        Duration pause = SHORTEST_PAUSE;
        hands.awaitAll();
        look();
        while (!left.isEmpty() && left.keySet().stream().noneMatch(locks::isFree)) {
            parts.worker().pause().accept(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            look();
        }
        return !left.isEmpty();
    }
}
