package dev.potstill.pipeline;

import dev.potstill.api.StageStatus.Output;
import dev.potstill.contract.StageReport;
import java.util.OptionalInt;

/** How a stage of a plan stands, apart from what is at work on it. */
public sealed interface Standing {

    /** What it will be made from is not known before the stages ahead of it are done. */
    record Later() implements Standing {}

    /** @param checkpointStep where an earlier attempt left off */
    record ToRun(String inputDigest, OptionalInt checkpointStep) implements Standing {}

    /** @param reused it was there before this run of the plan began */
    record Finished(Output output, StageReport report, boolean reused) implements Standing {}
}
