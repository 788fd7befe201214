package dev.potstill.trainer.run;

/** The stage was asked to stop and has saved what it needs to go on later. */
public final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Stopped() {
        super("stopped at a checkpoint", null, false, false);
    }
}
