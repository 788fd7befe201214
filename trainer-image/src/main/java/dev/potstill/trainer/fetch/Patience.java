package dev.potstill.trainer.fetch;

import dev.potstill.trainer.endpoint.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long is waited, for what.
 *
 * @param retries for all attempts between two bytes
 * @param stall for the next byte of an answer that has begun, or for its beginning
 */
record Patience(Duration retries, Duration stall, Backoff backoff) {
    private static final Duration STALL = Duration.ofSeconds(60);

    static Patience of(Duration retries) {
        return new Patience(
                retries,
                STALL,
                new Backoff(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(60),
                        () -> ThreadLocalRandom.current().nextDouble()));
    }
}
