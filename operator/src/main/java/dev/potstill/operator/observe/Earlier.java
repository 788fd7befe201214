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
 * @param seconds that they worked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Earlier(
        int failed, int preempted, long seconds, @Nullable Failure lastFailure, int forgiven) {
    public static final Earlier NONE = new Earlier(0, 0, 0, null, 0);

    public static Earlier of(Tries tries, long seconds) {
        return new Earlier(
                tries.failed(), tries.preempted(), seconds, tries.lastFailure().orElse(null), tries.forgiven());
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

    Tries tries() {
        return new Tries(failed, preempted, Optional.ofNullable(lastFailure), forgiven);
    }
}
