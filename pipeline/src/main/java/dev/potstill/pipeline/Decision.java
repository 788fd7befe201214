package dev.potstill.pipeline;

import dev.potstill.api.Execution;
import dev.potstill.api.Stage;
import java.time.Duration;

/** What to do next. */
public sealed interface Decision {

    /** @param attempt how often this stage was tried before */
    record Start(Stage stage, int attempt) implements Decision {}

    /** Look again, after so long at the latest. */
    record Wait(String why, Duration atMost) implements Decision {}

    /** Have the stage save a checkpoint and end. */
    record Stop(Stage stage, Execution wanted) implements Decision {}

    record Finish(Verdict verdict) implements Decision {}
}
