package dev.potstill.contract;

/** How the trainer and the command line end; the numbers follow sysexits.h where it has one that fits. */
public enum ExitCode {
    DONE(0, "Done"),
    USAGE(64, "UsageError"),
    /** Bad data or manifest: trying again cannot help. */
    REJECTED(65, "Rejected"),
    TEACHER_UNAVAILABLE(69, "TeacherUnavailable"),
    /** What a remote location names cannot be fetched for now. */
    LOCATION_UNAVAILABLE(69, "LocationUnavailable"),
    DEFECT(70, "Defect"),
    /** Of the command line only: no API server answers, or it does not know runs. */
    CLUSTER_UNAVAILABLE(69, "ClusterUnavailable"),
    STORAGE(74, "StorageError"),
    /** Stopped at a checkpoint: started again, it goes on from there. */
    STOPPED(75, "Stopped"),
    /** Of the command line only: the cluster does not let this user do it. */
    FORBIDDEN(77, "Forbidden"),
    /** Will not fit: memory, vocabulary or width. */
    UNFIT(78, "WillNotFit"),
    /** Ended by a signal of its own making, SIGABRT here, or SIGSEGV: native code went wrong, or the hardware. */
    CRASHED(134, "Crashed"),
    /** Ended by SIGKILL, as when the machine is short of memory. */
    KILLED(137, "Killed");

    /** What a shell and a container's runtime add to the number of the signal that ended a process. */
    public static final int SIGNALLED = 128;

    private static final int SIGNALS = 31;
    private static final int TERMINATED = SIGNALLED + 15;

    private final int code;
    private final String reason;

    ExitCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    /** A CamelCase word for conditions and reports. */
    public String reason() {
        return reason;
    }

    /** What a shell is told of a trainer that ended with this number: which signal it was stays, but for {@link #STOPPED}. */
    public static int toldOf(int code) {
        ExitCode known = of(code);
        return known == CRASHED ? code : known.code;
    }

    /**
     * The trainer's exit code of this number. 143, ended by SIGTERM, is {@link #STOPPED}, that of any other signal {@link #CRASHED}; any
     * other number is a {@link #DEFECT}.
     */
    public static ExitCode of(int code) {
        for (ExitCode known : values()) {
            if (known.code == code) {
                return known;
            }
        }
        if (code == TERMINATED) {
            return STOPPED;
        }
        return code > SIGNALLED && code <= SIGNALLED + SIGNALS ? CRASHED : DEFECT;
    }
}
