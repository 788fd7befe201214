package dev.potstill.trainer;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.ReportExport;
import dev.potstill.contract.RunEstimate;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.trainer.run.StopSignal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code potstill-trainer}: one stage of a run as a process. */
@Command(
        name = "potstill-trainer",
        description = {
            "Runs one stage of a distillation run.",
            "(potstill-trainer export prints what finished stages reported, potstill-trainer estimate what stages are going"
                    + " to take: potstill-trainer export --help)"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // required fields are filled in by picocli
public final class Main implements Callable<Integer> {
    private final StopSignal stop;

    @Parameters(paramLabel = "STAGE", description = "One of ${COMPLETION-CANDIDATES}.")
    private Stage stage;

    @Option(names = "--run", required = true, paramLabel = "FILE", description = "The run.")
    private Path run;

    @Option(
            names = "--workspace",
            required = true,
            paramLabel = "DIR",
            description = "Where outputs and checkpoints are.")
    private Path workspace;

    @Option(names = "--shard", paramLabel = "i/n", description = "This trainer's share of the stage, from 0/n.")
    private @Nullable Shard shard;

    @Option(names = "--attempt", paramLabel = "k", description = "How often the stage was tried before.")
    private int attempt;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Serves /progress and /metrics (${DEFAULT-VALUE}; 0: any).")
    private int port = TrainerCommand.DEFAULT_PORT;

    @Option(names = "--termination-log", paramLabel = "FILE", description = "Where the result is told in 4,096 bytes.")
    private @Nullable Path terminationLog;

    @Option(names = "--parent-pid", paramLabel = "PID", description = "Stops when this process ends.")
    private @Nullable Long parentPid;

    private Main(StopSignal stop) {
        this.stop = stop;
    }

    public static void main(String[] args) {
        // The engine's libraries tell of themselves at length.
        Logger.getLogger("").setLevel(Level.WARNING);
        var stop = new StopSignal();
        var ended = new CompletableFuture<Integer>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> saveFirst(stop, ended), "stop"));
        int code = ExitCode.DEFECT.code();
        try {
            code = execute(stop, args);
        } finally {
            ended.complete(code);
        }
        System.exit(code);
    }

    /** Where the end was asked for from outside, the stage saves what it has before the process goes. */
    private static void saveFirst(StopSignal stop, CompletableFuture<Integer> ended) {
        if (!ended.isDone()) {
            stop.raise();
            Runtime.getRuntime().halt(ended.join());
        }
    }

    private static int execute(StopSignal stop, String[] arguments) {
        return switch (arguments.length == 0 ? "" : arguments[0]) {
            case ReportExport.COMMAND -> new Export().execute(arguments);
            case RunEstimate.COMMAND -> new Estimates(System.getenv()).execute(arguments);
            default -> commandLine(stop).execute(arguments);
        };
    }

    private static CommandLine commandLine(StopSignal stop) {
        return new CommandLine(new Main(stop))
                .registerConverter(Shard.class, Main::shard)
                .setParameterExceptionHandler((e, arguments) -> {
                    System.err.println("error: " + e.getMessage() + "; see potstill-trainer --help");
                    return ExitCode.USAGE.code();
                });
    }

    private static Shard shard(String text) {
        if (!text.matches("\\d{1,6}/\\d{1,6}")) {
            throw new CommandLine.TypeConversionException("found " + text + ", expected i/n such as 0/4");
        }
        int slash = text.indexOf('/');
        return new Shard(Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    @Override
    public Integer call() {
        var command = new TrainerCommand(
                stage,
                run.toAbsolutePath().normalize(),
                workspace.toAbsolutePath().normalize(),
                Optional.ofNullable(shard),
                attempt,
                port,
                Optional.ofNullable(terminationLog),
                Optional.ofNullable(parentPid));
        return new StageProcess(command, stop, System.getenv()).run().code();
    }
}
