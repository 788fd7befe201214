package dev.potstill.pipeline;

import dev.potstill.api.Condition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What marks a status as of its time.
 *
 * @param generation of the resource that was looked at; none where there is no cluster
 * @param before the conditions that were last reported: one whose status is the same keeps its time
 */
public record Stamp(Optional<Long> generation, Instant now, List<Condition> before) {

    public Stamp {
        now = now.truncatedTo(ChronoUnit.SECONDS);
        before = List.copyOf(before);
    }

    public Condition condition(String type, Condition.Status status, String reason, String message) {
        String since = before.stream()
                .filter(old -> old.type().equals(type) && old.status() == status)
                .map(Condition::lastTransitionTime)
                .filter(text -> time(text).isPresent())
                .findFirst()
                .orElse(now.toString());
        return new Condition(type, status, reason, message, since, generation.orElse(null));
    }

    /** Of a text that is one: anyone who may can write a status by hand. */
    public static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
