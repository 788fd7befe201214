package dev.potstill.cli;

import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands and their options. */
@Command(
        name = "potstill",
        description =
                "Distils a large model into a small one, as a manifest says: on this machine (run, plan, report),"
                        + " or in a cluster, where it looks after the runs that were applied there (list and all below it, report).",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeOnInvalidInput = 64,
        exitCodeOnExecutionException = 70,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every stage is done (a missed gate is told in the table and in the status)",
            "64:the command line is wrong, or there is no such file or run",
            "65:the manifest or its data is wrong; trying again cannot help",
            "69:a teacher, a Hub or a bucket did not answer, three times; or no cluster does",
            "70:a defect of potstill",
            "74:the disk is full, or a file could not be read or written",
            "75:stopped at a checkpoint; run again to go on",
            "77:the cluster does not allow it",
            "78:the models do not fit the machine or each other",
            "129 to 159:the trainer was ended by a signal, three times: 134 and 139 it crashed, 137 it was killed"
        })
final class Commands implements Runnable {
    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec command;

    Commands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        var line = Objects.requireNonNull(command).commandLine();
        var names = new ArrayList<>(line.getSubcommands().keySet());
        String last = names.removeLast();
        throw new ParameterException(line, "Say what to do: %s or %s".formatted(String.join(", ", names), last));
    }

    @Command(
            name = "run",
            description = "Runs the stages that are not done yet, on this machine, and shows the scores.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            exitCodeOnInvalidInput = 64)
    int run(
            @Mixin Asked asked,
            @Option(
                            names = "--json",
                            description = "Print the run's status as JSON on standard output, and nothing else there.")
                    boolean json,
            @Option(
                            names = {"-q", "--quiet"},
                            description = "Show no progress.")
                    boolean quiet) {
        return new RunCommand(surroundings, asked, json, quiet).call();
    }

    @Command(
            name = "plan",
            description =
                    "Prints what a run would do: each stage, the memory and disk it takes, whether it is reused, and why it must run.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            exitCodeOnInvalidInput = 64)
    int plan(@Mixin Asked asked, @Option(names = "--json", description = "Print the plan as JSON.") boolean json) {
        return new PlanCommand(surroundings, asked, json).call();
    }

    /** The command line's own version, the trainer's and Java's. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"potstill " + number(), "Java " + Runtime.version()};
        }

        static String number() {
            return Objects.requireNonNullElse(Commands.class.getPackage().getImplementationVersion(), "unreleased");
        }
    }
}
