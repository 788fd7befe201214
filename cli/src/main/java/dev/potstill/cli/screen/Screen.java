package dev.potstill.cli.screen;

import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Situation;

/** Shows people how a run goes. */
public sealed interface Screen permits LiveScreen, PlainScreen, Screen.Quiet {

    void show(Situation now, Decision decision);

    void warn(String line);

    /** How far work is that takes a while before any stage is at work. */
    default void tell(String line) {
        warn(line);
    }

    /** Leaves the screen to what follows. */
    default void close() {}

    /** Shows nothing but warnings. */
    record Quiet(Terminal terminal) implements Screen {
        @Override
        public void show(Situation now, Decision decision) {}

        @Override
        public void warn(String line) {
            terminal.out().println(line);
        }

        @Override
        public void tell(String line) {}
    }
}
