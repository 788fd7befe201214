package dev.potstill.operator;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the operator's own metrics tell of it. */
record Figures(String page) {
    private static final Pattern BUCKET =
            Pattern.compile("(?m)^reconciliations_execution_duration_seconds_bucket\\{.*le=\"([^\"]+)\".*} (\\S+)");
    private static final Pattern HEAP = Pattern.compile("(?m)^jvm_memory_committed_bytes\\{area=\"heap\".*} (\\S+)");

    /** Reconciles by how many milliseconds they took at most. */
    private SortedMap<Double, Long> buckets() {
        var buckets = new TreeMap<Double, Long>();
        matches(BUCKET)
                .forEach(found -> buckets.put(
                        found.group(1).equals("+Inf")
                                ? Double.POSITIVE_INFINITY
                                : Double.parseDouble(found.group(1)) * 1000,
                        (long) Double.parseDouble(found.group(2))));
        return buckets;
    }

    long reconciles() {
        return buckets().lastEntry().getValue();
    }

    /** Milliseconds that this share of reconciles took at most, as exactly as the buckets tell. */
    double quantile(double share) {
        long wanted = (long) Math.ceil(share * reconciles());
        return buckets().entrySet().stream()
                .filter(bucket -> bucket.getValue() >= wanted)
                .map(java.util.Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** MiB that the heap holds of the machine's memory, free or not. */
    long heap() {
        return (long) matches(HEAP)
                        .mapToDouble(found -> Double.parseDouble(found.group(1)))
                        .sum()
                >> 20;
    }

    /** Reconciles that took longer than so many milliseconds, one of the buckets' limits. */
    long slower(double milliseconds) {
        return reconciles() - Optional.ofNullable(buckets().get(milliseconds)).orElseThrow();
    }

    /** How often something was told of, by its Event's reason. */
    long told(String reason) {
        return (long)
                matches(Pattern.compile("(?m)^potstill_happenings_total\\{reason=\"%s\"} (\\S+)".formatted(reason)))
                        .mapToDouble(found -> Double.parseDouble(found.group(1)))
                        .sum();
    }

    private Stream<MatchResult> matches(Pattern pattern) {
        return pattern.matcher(page).results();
    }
}
