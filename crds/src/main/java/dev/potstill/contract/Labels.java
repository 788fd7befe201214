package dev.potstill.contract;

/** How a run's objects in a cluster are found: the operator labels them so, and the command line looks for them. */
public final class Labels {
    public static final String RUN = "potstill.dev/run";
    public static final String RUN_UID = "potstill.dev/run-uid";
    public static final String STAGE = "potstill.dev/stage";
    /** How many Jobs the stage had before. */
    public static final String ATTEMPT = "potstill.dev/attempt";
    /** Kubernetes' own, of a pod: its Job, and which of those that share a stage it is. */
    public static final String JOB_NAME = "batch.kubernetes.io/job-name";

    public static final String SHARD = "batch.kubernetes.io/job-completion-index";
    /** The container that works. */
    public static final String TRAINER = "trainer";

    private Labels() {}
}
