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

    void tell(String line) {
        err.out().println(line);
    }
}
