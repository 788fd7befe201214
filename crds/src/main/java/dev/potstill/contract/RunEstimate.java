package dev.potstill.contract;

import java.util.List;

/**
 * What a run is going to take, and what there is of it where it would run.
 *
 * @param memory bytes there are
 * @param disk bytes that are free
 * @param stages those of the run, in their order
 */
public record RunEstimate(long memory, long disk, List<StageEstimate> stages) {
    /** The command of the trainer that prints one. */
    public static final String COMMAND = "estimate";

    public RunEstimate {
        stages = List.copyOf(stages);
    }
}
