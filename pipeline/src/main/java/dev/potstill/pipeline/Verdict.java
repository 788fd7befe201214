package dev.potstill.pipeline;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;

/** How a run stands when there is nothing left to do for it. */
public sealed interface Verdict {

    /** Every stage is done. */
    record Succeeded() implements Verdict {}

    /** A stage failed for good. */
    record Failed(Stage stage, Failure failure) implements Verdict {}

    /** The user wants it to stand still; what is made is kept. */
    record Halted(Execution wanted) implements Verdict {}
}
