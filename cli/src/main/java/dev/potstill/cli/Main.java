package dev.potstill.cli;

import dev.potstill.cli.cluster.Desk;
import dev.potstill.cli.cluster.ListCommand;
import dev.potstill.cli.cluster.LogsCommand;
import dev.potstill.cli.cluster.ScoresCommand;
import dev.potstill.cli.cluster.StatusCommand;
import dev.potstill.cli.cluster.WaitCommand;
import dev.potstill.cli.cluster.WillCommand;
import dev.potstill.cli.screen.Terminal;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import sun.misc.Signal;

/** The command line's entrance. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        var surroundings = Surroundings.of(System.getProperties(), System.getenv());
        for (String name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), ignored -> surroundings.bell().stop());
        }
        System.exit(execute(surroundings, arguments));
    }

    static int execute(Surroundings surroundings, String... arguments) {
        Desk desk = surroundings.desk();
        return new CommandLine(new Commands(surroundings))
                .setCommandName(surroundings.name())
                .addSubcommand(new ReportCommand(surroundings))
                .addSubcommand(new ListCommand(desk))
                .addSubcommand(new StatusCommand(desk))
                .addSubcommand(new WaitCommand(desk))
                .addSubcommand(new LogsCommand(desk))
                .addSubcommand(new WillCommand.Pause(desk))
                .addSubcommand(new WillCommand.Resume(desk))
                .addSubcommand(new WillCommand.Cancel(desk))
                .addSubcommand(new ScoresCommand(desk))
                .setOut(new PrintWriter(surroundings.out().out(), true))
                .setErr(new PrintWriter(surroundings.err().out(), true))
                .setUsageHelpAutoWidth(false)
                .setExecutionExceptionHandler((thrown, command, parsed) -> told(surroundings.err(), thrown))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    /** A problem is a line; anything else is a defect, and its trace helps to mend it. */
    private static int told(Terminal err, Exception thrown) {
        if (thrown instanceof Problem problem) {
            err.out().println(err.red("potstill: ") + problem.getMessage());
            return problem.exitCode().code();
        }
        err.out().println(err.red("potstill: ") + "a defect of potstill itself; please report what follows");
        thrown.printStackTrace(err.out());
        return ExitCode.DEFECT.code();
    }
}
