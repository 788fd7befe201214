package dev.potstill.cli.cluster;

import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code potstill wait}. */
@Command(
        name = "wait",
        description = {
            "Waits until a run of a cluster has settled, and ends as it did.",
            "It ends with 0 where the run succeeded; where it failed with its trainer's exit code and the reason; and with 75 where",
            "it was paused or cancelled."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 64)
public final class WaitCommand implements Callable<Integer> {
    private final Desk desk;

    @Mixin
    private Where where = new Where();

    @Parameters(paramLabel = "NAME", description = "The run.")
    private String name = "";

    private String lastNote = "";

    public WaitCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        try (var connection = Connection.open(where)) {
            ClusterRun run = settled(new Runs(connection));
            return switch (run.phase()) {
                case Succeeded -> {
                    desk.out().out().println("%s has succeeded: %s".formatted(name, Words.standing(run)));
                    yield ExitCode.DONE.code();
                }
                case Failed -> failed(run);
                default -> throw inVain(run);
            };
        }
    }

    private ClusterRun settled(Runs runs) {
        var lookout = new Lookout(desk, runs);
        ClusterRun run = runs.get(name);
        while (!run.isSettled()) {
            note(run);
            if (desk.pause().isOver()) {
                throw new Problem(ExitCode.STOPPED, "no longer waiting for %s; it goes on".formatted(name));
            }
            run = next(lookout).orElse(run);
        }
        return run;
    }

    private Optional<ClusterRun> next(Lookout lookout) {
        try {
            return lookout.next(name);
        } catch (Problem problem) {
            throw problem.exitCode() == ExitCode.USAGE ? deleted() : problem;
        }
    }

    /** What was there a moment ago is no longer a wrong name. */
    private Problem deleted() {
        return new Problem(
                ExitCode.CLUSTER_UNAVAILABLE,
                "%s was deleted while it was waited for, before its end was seen: look in its Events, and raise spec.ttlSecondsAfterFinished if it ended"
                        .formatted(name));
    }

    /** What it waits for, once. */
    private void note(ClusterRun run) {
        String note = run.phase() == Phase.Running ? "" : run.summary();
        if (!note.isEmpty() && !note.equals(lastNote)) {
            desk.tell("  " + note);
        }
        lastNote = note;
    }

    private Problem inVain(ClusterRun run) {
        return switch (run.phase()) {
            case Rejected -> Problem.rejected("%s is not accepted: %s".formatted(name, run.summary()));
            default ->
                new Problem(
                        ExitCode.STOPPED,
                        "%s is %s: %s; potstill resume %1$s has it go on"
                                .formatted(name, run.phase(), Words.standing(run)));
        };
    }

    private int failed(ClusterRun run) {
        return run.status().stages().stream()
                .filter(stage -> stage.state() == StageStatus.State.Failed)
                .flatMap(stage -> Stream.ofNullable(stage.lastFailure()).map(failure -> failed(stage.name(), failure)))
                .findFirst()
                .orElseThrow(() -> new Problem(ExitCode.DEFECT, "%s has failed: %s".formatted(name, run.summary())));
    }

    /** Without an exit code where the trainer is not what failed, as when its time was up. */
    private int failed(Stage stage, Failure failure) {
        desk.tell("%s%s has failed: %s (%s): %s"
                .formatted(desk.err().red("potstill: "), name, stage, Words.reason(failure), failure.message()));
        Integer code = failure.exitCode();
        return code == null ? ExitCode.DEFECT.code() : ExitCode.toldOf(code);
    }
}
