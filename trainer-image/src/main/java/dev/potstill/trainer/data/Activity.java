package dev.potstill.trainer.data;

import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.util.Map;

/** One long activity as the progress board shows it. What an earlier attempt did counts as done but not as speed. Told from several threads. */
final class Activity {
    private final String name;
    private final long steps;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private long done;
    private boolean atWork;

    /** @param steps in all */
    Activity(String name, long steps, ProgressBoard progress, StopSignal stop) {
        this.name = name;
        this.steps = steps;
        this.progress = progress;
        this.stop = stop;
        progress.begin(name, 0, steps);
    }

    /** Before a piece that no earlier attempt did: the clock starts with the first of them. */
    synchronized void work() {
        if (!atWork) {
            atWork = true;
            progress.begin(name, done, steps);
        }
    }

    /** So many tokens have gone through the model; where the stage was asked to stop, this is where it does. */
    synchronized void tokens(long count) {
        stop.check();
        progress.advance(done, count, Map.of());
    }

    synchronized void done(long more) {
        done += more;
        progress.advance(done, 0, Map.of());
        stop.check();
    }
}
