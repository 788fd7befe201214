package dev.potstill.cli.cluster;

import dev.potstill.api.Execution;
import dev.potstill.contract.ExitCode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code potstill pause}, {@code resume} and {@code cancel}: they set a run's spec.execution, and of one that failed spec.retry. */
public abstract class WillCommand implements Callable<Integer> {
    private final Desk desk;
    private final Execution wanted;

    @Mixin
    private Where where = new Where();

    @Parameters(paramLabel = "NAME", description = "The run.")
    private String name = "";

    private WillCommand(Desk desk, Execution wanted) {
        this.desk = desk;
        this.wanted = wanted;
    }

    /** {@code potstill pause}. */
    @Command(
            name = "pause",
            description = "Has a run of a cluster save a checkpoint, and stop until it is resumed.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            exitCodeOnInvalidInput = 64)
    public static final class Pause extends WillCommand {
        public Pause(Desk desk) {
            super(desk, Execution.Paused);
        }
    }

    /** {@code potstill resume}. */
    @Command(
            name = "resume",
            description = "Has a paused, cancelled or failed run of a cluster go on from its last checkpoint.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            exitCodeOnInvalidInput = 64)
    public static final class Resume extends WillCommand {
        public Resume(Desk desk) {
            super(desk, Execution.Running);
        }
    }

    /** {@code potstill cancel}. */
    @Command(
            name = "cancel",
            description = "Ends a run of a cluster for good; what it has made stays.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            exitCodeOnInvalidInput = 64)
    public static final class Cancel extends WillCommand {
        public Cancel(Desk desk) {
            super(desk, Execution.Cancelled);
        }
    }

    @Override
    public Integer call() {
        try (var connection = Connection.open(where)) {
            var runs = new Runs(connection);
            desk.out().out().println(asked(runs, runs.get(name)));
        }
        return ExitCode.DONE.code();
    }

    private String asked(Runs runs, ClusterRun run) {
        Phase phase = run.isSettled() ? run.phase() : Phase.Running;
        if (phase == Phase.Failed && wanted == Execution.Running) {
            runs.retry(run, desk.clock().instant());
            return name + ": is tried again; what its workspace has is reused" + held(run);
        }
        if (phase == Phase.Succeeded || phase == Phase.Failed) {
            return "%s: nothing changed; it has %s%s"
                    .formatted(
                            name,
                            phase.name().toLowerCase(Locale.ROOT),
                            phase == Phase.Succeeded
                                    ? ""
                                    : ", and goes on by potstill resume, or when its manifest is changed");
        }
        if (phase == Phase.Rejected && wanted == Execution.Running) {
            return name + ": nothing changed; it has been rejected, and goes on when its manifest is changed";
        }
        if (run.wanted() == wanted) {
            return "%s: nothing changed; spec.execution is %s already%s".formatted(name, wanted, held(run));
        }
        runs.want(run, wanted);
        return "%s: %s".formatted(name, consequence(run));
    }

    private String consequence(ClusterRun run) {
        String stopping = run.running()
                .map(stage -> "%s saves a checkpoint and stops".formatted(stage.name()))
                .orElse("no stage is at work");
        return switch (wanted) {
            case Running -> "goes on" + held(run);
            case Paused -> "paused; " + stopping;
            case Cancelled -> "cancelled; " + stopping;
        };
    }

    private String held(ClusterRun run) {
        return wanted == Execution.Running && run.isHeld() ? ", once its queue admits it (spec.suspend is true)" : "";
    }
}
