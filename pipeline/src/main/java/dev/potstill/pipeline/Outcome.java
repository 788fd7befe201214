package dev.potstill.pipeline;

import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.Disk;
import dev.potstill.contract.ExitCode;

/** How one attempt at a stage ended. */
public sealed interface Outcome {

    /** The stage's output is made. */
    record Done() implements Outcome {}

    /** Stopped at a checkpoint, to go on from there: nobody's fault, so it is not counted as a failure. */
    record Preempted() implements Outcome {}

    /** Failed in a way that trying again cannot mend. */
    record Rejected(Failure failure) implements Outcome {}

    /** Failed in a way that may pass: a teacher or a store that did not answer, a disk, a lack of memory, a crash. */
    record Failed(Failure failure) implements Outcome {}

    /** The reason of a stage that took longer than it may. */
    String DEADLINE_EXCEEDED = "DeadlineExceeded";

    /** Whether a failure that was told is one that trying again cannot mend. */
    static boolean isForGood(Failure failure) {
        Integer code = failure.exitCode();
        return code == null ? failure.reason().equals(DEADLINE_EXCEEDED) : of(code, failure) instanceof Rejected;
    }

    static Outcome of(int exitCode, Failure failure) {
        ExitCode code = ExitCode.of(exitCode);
        return switch (code) {
            case DONE -> new Done();
            case STOPPED -> new Preempted();
            case USAGE, REJECTED, DEFECT, UNFIT, FORBIDDEN -> new Rejected(failure);
            case STORAGE -> Disk.isReadOnly(failure.message()) ? new Rejected(failure) : new Failed(failure);
            case TEACHER_UNAVAILABLE, LOCATION_UNAVAILABLE, CLUSTER_UNAVAILABLE, CRASHED, KILLED -> new Failed(failure);
        };
    }
}
