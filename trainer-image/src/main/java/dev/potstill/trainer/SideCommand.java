package dev.potstill.trainer;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** A command beside the stages: it prints a line of JSON, or in one line why it cannot. */
abstract class SideCommand implements Callable<Integer> {

    /** What it prints. */
    abstract String line();

    @Override
    public final Integer call() {
        System.out.println(line());
        return ExitCode.DONE.code();
    }

    /** Runs it with the arguments after its own name. */
    final int execute(String[] arguments) {
        var words = List.of(arguments).subList(1, arguments.length);
        return new CommandLine(this)
                .setParameterExceptionHandler((e, _) -> told(ExitCode.USAGE, e))
                .setExecutionExceptionHandler(
                        (e, _, _) -> told(e instanceof Problem problem ? problem.exitCode() : ExitCode.DEFECT, e))
                .execute(words.toArray(String[]::new));
    }

    private static int told(ExitCode code, Exception e) {
        System.err.println("error: " + e.getMessage());
        return code.code();
    }
}
