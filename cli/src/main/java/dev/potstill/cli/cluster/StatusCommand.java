package dev.potstill.cli.cluster;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code potstill status}. */
@Command(
        name = "status",
        description = {
            "Shows where a run of a cluster stands: its stages, attempts, last failure and scores.",
            "On a terminal it stays until the run has settled; Ctrl-C leaves it, and the run goes on."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 64)
public final class StatusCommand implements Callable<Integer> {
    private final Desk desk;

    @Mixin
    private Where where = new Where();

    @Parameters(paramLabel = "NAME", description = "The run.")
    private String name = "";

    @Option(names = "--once", description = "Show it once, as where no terminal is.")
    private boolean once;

    @Option(names = "--json", description = "Print the status as JSON, and nothing else.")
    private boolean json;

    public StatusCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        try (var connection = Connection.open(where)) {
            var runs = new Runs(connection);
            ClusterRun run = runs.get(name);
            if (json) {
                desk.out().out().println(Json.pretty(run.status()));
            } else if (once || run.isSettled() || desk.out().columns().isEmpty()) {
                new StatusPage(run, desk.out()).show();
            } else {
                new LiveStatus(desk, runs, new PodProgress(connection)).follow(run);
            }
        }
        return ExitCode.DONE.code();
    }
}
