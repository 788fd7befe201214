package dev.potstill.pipeline;

import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import java.time.Duration;
import java.util.Optional;

/** What was seen of a run's work just now. */
public sealed interface Observed {

    /** Nothing is at work, and nothing has ended that still counts. */
    record Nothing() implements Observed {}

    /** It cannot be told whether something is at work: "unsure", never "gone". */
    record Unsure(String why) implements Observed {}

    /** A stage is at work. No answer to the question how far it is means "unknown". */
    record Active(Stage stage, Optional<Progress> progress) implements Observed {}

    /** A stage has been given to the cluster, and does not work yet: no node has room for it, say. */
    record Waiting(Stage stage, String reason, String why) implements Observed {}

    /** A stage is at work, or waits to be, on what the run no longer asks for. */
    record Outdated(Stage stage) implements Observed {}

    /** The last attempt has ended, so long ago. */
    record Ended(Stage stage, Outcome outcome, Duration ago) implements Observed {}
}
