package dev.potstill.trainer;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.TerminationMessage.Broken;
import dev.potstill.contract.TerminationMessage.Finished;
import dev.potstill.contract.TerminationMessage.Shared;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.run.Breakdown;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.ProgressLog;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** A stage from its command line to its exit code: however it ends, it says so in one line and in its last word. */
final class StageProcess {
    private final TrainerCommand command;
    private final StopSignal stop;
    private final Map<String, String> environment;
    private final boolean debug;
    private final WorkspaceLayout workspace;
    private final ProgressBoard progress;

    /** @param environment in which POTSTILL_DEBUG has the trace of a defect printed too */
    StageProcess(TrainerCommand command, StopSignal stop, Map<String, String> environment) {
        this.command = command;
        this.stop = stop;
        this.environment = Map.copyOf(environment);
        this.debug = environment.containsKey("POTSTILL_DEBUG");
        this.workspace = new WorkspaceLayout(command.workspace());
        this.progress = new ProgressBoard(command.stage(), System::nanoTime);
    }

    ExitCode run() {
        command.parentPid().ifPresent(this::stopWith);
        try {
            StageRun.tell("%s begins, attempt %d".formatted(command.stage(), command.attempt() + 1));
            TerminationMessage made = new StageRun(command, workspace, progress, stop, environment).make();
            leave(made);
            StageRun.tell(ending(made));
            return ExitCode.DONE;
        } catch (Throwable e) { // an Error too must end in a code and a line
            return broken(e);
        }
    }

    private String ending(TerminationMessage made) {
        return switch (made) {
            case Finished(var _, var reused) when reused -> command.stage() + " was done before: its output is used";
            case Finished(var report, var _) ->
                "%s is done: %s of work".formatted(command.stage(), ProgressLog.duration(report.seconds()));
            case Shared(var share) -> "%s: share %s is done".formatted(command.stage(), share);
            case Broken(var failure, var _) -> failure.message();
        };
    }

    /** A process that is gone already ends the stage at once. */
    private void stopWith(long parent) {
        ProcessHandle.of(parent)
                .map(ProcessHandle::onExit)
                .ifPresentOrElse(ended -> ended.thenRun(stop::raise), stop::raise);
    }

    private ExitCode broken(Throwable cause) {
        Problem problem = Breakdown.of(cause, command.stage(), workspace);
        if (problem.exitCode() == ExitCode.DEFECT || debug) {
            keepTrace(cause);
        }
        String word = problem.exitCode() == ExitCode.STOPPED ? "stopped: " : "error: ";
        System.err.println(word + problem.getMessage());
        leave(TerminationMessage.of(problem, progress.stopSeconds()));
        return problem.exitCode();
    }

    private void keepTrace(Throwable cause) {
        var trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace));
        if (debug) {
            System.err.print(trace);
        }
        Path log = workspace.log(command.stage());
        try {
            Files.createDirectories(log.getParent());
            Files.writeString(log, trace.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            System.err.println("warning: the trace cannot be written to " + log + " (" + e.getMessage() + ")");
        }
    }

    private void leave(TerminationMessage message) {
        command.terminationLog().ifPresent(file -> {
            try {
                Files.writeString(file, message.json());
            } catch (IOException e) {
                System.err.println("warning: " + file + " cannot be written (" + e.getMessage() + ")");
            }
        });
    }
}
