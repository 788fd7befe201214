package dev.potstill.cli.cluster;

import java.time.Duration;

/** Time between two looks. */
public interface Pause {

    /** Whether nobody waits any more: Ctrl-C was pressed. */
    boolean isOver();

    /** Waits for so long, or until it is over. */
    void await(Duration atMost);
}
