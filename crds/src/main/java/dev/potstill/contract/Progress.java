package dev.potstill.contract;

import dev.potstill.api.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a stage is, as {@code GET /progress} answers it.
 *
 * @param stage the stage at work
 * @param activity what it is doing, for people: "training", "reading teacher signals"
 * @param step units of work done of the current activity
 * @param steps units of work in all, 0 when unknown
 * @param tokensPerSecond tokens put through the trained model a second, 0 when none yet
 * @param losses the loss and its terms by name, the latest
 * @param etaSeconds seconds left of the whole stage, or null when unknown
 * @param checkpointStep the step of the newest saved state, or null where there is none
 * @param resumedStep the step that this attempt began the activity at: those before were done by earlier ones
 * @param stopSeconds how long a stop takes at most, as far as was measured: the slowest step, and the slowest save after it; null
 *     before the first save
 */
public record Progress(
        Stage stage,
        String activity,
        long step,
        long steps,
        double tokensPerSecond,
        Map<String, Double> losses,
        @Nullable Long etaSeconds,
        @Nullable Long checkpointStep,
        @Nullable Long resumedStep,
        @Nullable Long stopSeconds) {

    public Progress {
        losses = new LinkedHashMap<>(losses);
    }

    /** Of work of which no state is saved yet. */
    public Progress(
            Stage stage,
            String activity,
            long step,
            long steps,
            double tokensPerSecond,
            Map<String, Double> losses,
            @Nullable Long etaSeconds) {
        this(stage, activity, step, steps, tokensPerSecond, losses, etaSeconds, null, null, null);
    }
}
