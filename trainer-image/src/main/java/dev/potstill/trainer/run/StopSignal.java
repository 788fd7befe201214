package dev.potstill.trainer.run;

/** Whether the stage was asked to stop. Work looks at it between steps, saves, and throws {@link Stopped}. */
public final class StopSignal {
    private volatile boolean raised;

    public void raise() {
        raised = true;
    }

    public boolean isRaised() {
        return raised;
    }

    /** For work whose every finished step is already saved. */
    public void check() {
        if (raised) {
            throw new Stopped();
        }
    }
}
