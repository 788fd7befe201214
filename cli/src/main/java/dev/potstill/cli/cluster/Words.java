package dev.potstill.cli.cluster;

import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Attempts;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.pipeline.Summary;
import java.time.Duration;

/** What is told of runs, in few words. */
final class Words {
    private static final int DAYS_SAY_MORE = 48;

    private Words() {}

    /** For example {@code 12s}, {@code 4m12s}, {@code 5h02m}, {@code 3d}. */
    static String age(Duration age) {
        return age.toHours() >= DAYS_SAY_MORE ? age.toDays() + "d" : Summary.duration(Math.max(0, age.toSeconds()));
    }

    /** The run's summary; of one at work, with its stage. */
    static String standing(ClusterRun run) {
        String summary = run.summary();
        return run.phase() == Phase.Running
                ? run.running()
                        .map(stage -> stage.name().name())
                        .filter(stage -> !summary.startsWith(stage))
                        .map(stage -> stage + " " + summary)
                        .orElse(summary)
                : summary;
    }

    /** How often a stage was tried in vain; empty where it was not. */
    static String attempts(Attempts attempts) {
        if (attempts.failed() == 0) {
            return attempts.preempted() == 0 ? "" : attempts.preempted() + " stopped";
        }
        String failed = attempts.failed() + " failed";
        return attempts.preempted() == 0 ? failed : "%s, %d stopped".formatted(failed, attempts.preempted());
    }

    /** The reason, and the exit code where it is known. */
    static String reason(Failure failure) {
        return failure.exitCode() == null
                ? failure.reason()
                : "%s, exit code %d".formatted(failure.reason(), failure.exitCode());
    }

    static String time(StageStatus stage) {
        Long seconds = stage.seconds();
        return seconds == null ? "" : Summary.duration(seconds);
    }
}
