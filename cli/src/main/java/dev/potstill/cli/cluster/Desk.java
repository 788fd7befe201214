package dev.potstill.cli.cluster;

import dev.potstill.cli.screen.Terminal;
import java.time.InstantSource;

/**
 * Where somebody sits and looks at a cluster.
 *
 * @param out where results go
 * @param err where everything else goes
 * @param version of the command line
 */
public record Desk(Terminal out, Terminal err, InstantSource clock, String version, Pause pause) {

    /** Whether nobody reads any more: Ctrl-C was pressed, or the program at the other end of the pipe is gone, as head is. */
    boolean isLeft() {
        return pause.isOver() || out.out().checkError();
    }

    void tell(String line) {
        err.out().println(line);
    }
}
