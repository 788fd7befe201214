package dev.potstill.pipeline;

import java.time.Duration;

/**
 * How failures that may pass are met.
 *
 * @param maxFailures a stage that failed so often has failed for good
 * @param firstBackOff the pause after the first failure; each further one is twice as long
 * @param patience how long to wait before looking again at what is at work or unsure
 */
public record Retries(int maxFailures, Duration firstBackOff, Duration patience) {
    public static final Retries STANDARD = new Retries(3, Duration.ofSeconds(5), Duration.ofSeconds(10));

    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);

    public Duration backOff(int failures) {
        Duration doubled = firstBackOff.multipliedBy(1L << Math.clamp(failures - 1, 0, 16));
        return doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
    }
}
