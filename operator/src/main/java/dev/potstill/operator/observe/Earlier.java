package dev.potstill.operator.observe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.Json;
import dev.potstill.pipeline.Tries;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of a stage's attempts before one: each Job carries it, so that the newest tells of all and older ones may go.
 *
 * @param seconds that their trainers worked, all together
 * @param elapsed seconds of the stage: what one of the trainers that share it worked, on average; null in Jobs of older versions
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Earlier(
        int failed,
        int preempted,
        long seconds,
        @Nullable Long elapsed,
        @Nullable Failure lastFailure,
        int forgiven) {
    public static final Earlier NONE = new Earlier(0, 0, 0, 0L, null, 0);

    public static Earlier of(Tries tries, Worked worked) {
        return new Earlier(
                tries.failed(),
                tries.preempted(),
                worked.seconds(),
                worked.elapsed(),
                tries.lastFailure().orElse(null),
                tries.forgiven());
    }

    /** One that someone has tampered with counts as none. */
    static Earlier parse(@Nullable String json) {
        try {
            return json == null ? NONE : Json.parse(json, Earlier.class);
        } catch (JsonProcessingException e) {
            return NONE;
        }
    }

    public String json() {
        return Json.compact(this);
    }

    /** @param shards of the attempt that tells */
    Worked worked(int shards) {
        return new Worked(seconds, elapsed == null ? seconds / shards : elapsed);
    }

    Tries tries() {
        return new Tries(failed, preempted, Optional.ofNullable(lastFailure), forgiven);
    }
}
