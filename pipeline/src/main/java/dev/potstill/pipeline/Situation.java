package dev.potstill.pipeline;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a decision rests on.
 *
 * @param wanted what the user wants of the run
 * @param tries by stage, with the attempt that {@code seen} tells the end of
 */
public record Situation(Execution wanted, Plan plan, Map<Stage, Tries> tries, Observed seen) {

    public Situation {
        tries = new TreeMap<>(tries);
    }

    public Tries tries(Stage stage) {
        return tries.getOrDefault(stage, Tries.NONE);
    }
}
