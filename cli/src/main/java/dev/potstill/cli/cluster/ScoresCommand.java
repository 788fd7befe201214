package dev.potstill.cli.cluster;

import dev.potstill.cli.screen.ScoreTable;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code potstill scores}. */
@Command(
        name = "scores",
        description =
                "Prints the scores of a run of a cluster, its teacher's and its start model's beside the student's.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 64)
public final class ScoresCommand implements Callable<Integer> {
    private final Desk desk;

    @Mixin
    private Where where = new Where();

    @Parameters(paramLabel = "NAME", description = "The run.")
    private String name = "";

    @Option(names = "--json", description = "Print them as JSON: an array, as in the status.")
    private boolean json;

    public ScoresCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        try (var connection = Connection.open(where)) {
            ClusterRun run = new Runs(connection).get(name);
            if (json) {
                desk.out().out().println(Json.pretty(run.status().scores()));
                return ExitCode.DONE.code();
            }
            if (run.status().scores().isEmpty()) {
                throw Problem.rejected(
                        "%s has no scores: it is %s (%s)".formatted(name, run.phase(), Words.standing(run)));
            }
            new ScoreTable(run.scores()).show(desk.out());
        }
        return ExitCode.DONE.code();
    }
}
