package dev.potstill.trainer.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before asking again: twice as long after every failure, but for a random part of up to a half, so that those who
 * failed together do not come back together.
 *
 * @param draws random numbers from 0 to 1; asked from several threads
 */
public record Backoff(Duration first, Duration longest, DoubleSupplier draws) {

    /** @param asked what the server asks for; it is never waited less */
    public Duration pause(int failures, Optional<Duration> asked) {
        double doubled = first.toMillis() * Math.pow(2, Math.min(failures, 40) - 1);
        double most = Math.min(doubled, longest.toMillis());
        Duration own = Duration.ofMillis(Math.round(most * (1 - draws.getAsDouble() / 2)));
        return asked.filter(wish -> wish.compareTo(own) > 0).orElse(own);
    }

    /** {@code Retry-After} (RFC 9110, 10.2.3): seconds, or a date. What is neither is passed over. */
    public static Optional<Duration> retryAfter(String header, Instant now) {
        String value = header.strip();
        if (value.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(Duration.between(now, then)).filter(wait -> !wait.isNegative());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
