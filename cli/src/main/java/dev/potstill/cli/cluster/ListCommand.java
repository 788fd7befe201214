package dev.potstill.cli.cluster;

import dev.potstill.cli.screen.Table;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code potstill list}. */
@Command(
        name = "list",
        aliases = "ls",
        description = "Lists the runs of a cluster, each with where it stands.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 64)
public final class ListCommand implements Callable<Integer> {
    private static final String UNKNOWN = "?";

    private final Desk desk;

    @Mixin
    private Where where = new Where();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Those of every namespace.")
    private boolean everywhere;

    @Option(names = "--json", description = "Print them as JSON: an array of resources.")
    private boolean json;

    public ListCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        try (var connection = Connection.open(where)) {
            List<ClusterRun> runs = new Runs(connection).list(everywhere, line -> desk.tell("warning: " + line));
            if (json) {
                desk.out()
                        .out()
                        .println(Json.pretty(runs.stream().map(ClusterRun::json).toList()));
            } else if (runs.isEmpty()) {
                desk.tell(everywhere ? "no runs" : "no runs in namespace " + connection.namespace());
            } else {
                show(runs);
            }
        }
        return ExitCode.DONE.code();
    }

    private void show(List<ClusterRun> runs) {
        var head = new ArrayList<>(List.of("Name", "State", "Stages", "Age", "Summary"));
        var rows = new ArrayList<List<String>>();
        rows.add(head);
        runs.forEach(run -> rows.add(row(run)));
        if (everywhere) {
            head.addFirst("Namespace");
        }
        String table = new Table(rows, false).text();
        desk.out()
                .columns()
                .ifPresentOrElse(
                        columns ->
                                table.lines().forEach(line -> desk.out().out().println(Table.shortened(line, columns))),
                        () -> desk.out().out().print(table));
    }

    private List<String> row(ClusterRun run) {
        var row = new ArrayList<>(List.of(
                run.name(),
                run.isUnderstood() ? run.phase().name() : UNKNOWN,
                run.isUnderstood()
                        ? "%d/%d".formatted(run.done(), run.status().stages().size())
                        : UNKNOWN,
                Words.age(run.age(desk.clock().instant())),
                run.isUnderstood() ? Words.standing(run) : UNKNOWN));
        if (everywhere) {
            row.addFirst(run.namespace());
        }
        return row;
    }
}
