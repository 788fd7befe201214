package dev.potstill.contract;

/** How a run's objects in a cluster are found: the operator labels them so, and the command line looks for them. */
public final class Labels {
    public static final String RUN = "potstill.dev/run";
    public static final String RUN_UID = "potstill.dev/run-uid";
    public static final String STAGE = "potstill.dev/stage";
    /** How many Jobs the stage had before. */
    public static final String ATTEMPT = "potstill.dev/attempt";
    /** The container that works. */
    public static final String TRAINER = "trainer";

    private Labels() {}
}
