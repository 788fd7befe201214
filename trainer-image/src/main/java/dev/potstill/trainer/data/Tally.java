package dev.potstill.trainer.data;

import java.util.LinkedHashMap;
import java.util.Map;

/** What was counted, by name, in the order in which it first came up. */
final class Tally {
    static final String DROPPED = "dropped.";

    private final Map<String, Long> counts = new LinkedHashMap<>();

    void add(String name) {
        add(name, 1);
    }

    void add(String name, long more) {
        counts.merge(name, more, Long::sum);
    }

    void drop(String reason) {
        add(DROPPED + reason);
    }

    void remove(String name) {
        counts.remove(name);
    }

    void addAll(Tally other) {
        other.counts.forEach(this::add);
    }

    long get(String name) {
        return counts.getOrDefault(name, 0L);
    }

    Map<String, Long> counts() {
        return new LinkedHashMap<>(counts);
    }

    /** Only what was dropped, by reason. */
    Map<String, Long> dropped() {
        var dropped = new LinkedHashMap<String, Long>();
        counts.forEach((name, count) -> {
            if (name.startsWith(DROPPED)) {
                dropped.put(name.substring(DROPPED.length()), count);
            }
        });
        return dropped;
    }

    static Tally of(Map<String, Long> counts) {
        var tally = new Tally();
        counts.forEach(tally::add);
        return tally;
    }
}
