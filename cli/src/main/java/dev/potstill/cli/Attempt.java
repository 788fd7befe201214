package dev.potstill.cli;

import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Progress;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.TerminationMessage.Broken;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.pipeline.Outcome;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One trainer at work on one stage, as a process of this machine. */
final class Attempt {
    private final WorkspaceLayout workspace;
    private final Stage stage;
    private final Process process;
    private final ProgressPage progress;
    private final TrainerLog log;

    private Attempt(WorkspaceLayout workspace, Stage stage, Process process, ProgressPage progress, TrainerLog log) {
        this.workspace = workspace;
        this.stage = stage;
        this.process = process;
        this.progress = progress;
        this.log = log;
    }

    static Attempt start(Trainer trainer, WorkspaceLayout workspace, Stage stage, int attempt) {
        int port = freePort();
        var command = new TrainerCommand(
                stage,
                workspace.run(),
                workspace.root(),
                Optional.empty(),
                attempt,
                port,
                Optional.of(workspace.terminationLog(stage)),
                Optional.of(ProcessHandle.current().pid()));
        Path file = workspace.log(stage);
        try {
            Files.createDirectories(file.getParent());
            TrainerLog log = TrainerLog.from(file);
            Files.deleteIfExists(workspace.terminationLog(stage));
            Process process = trainer.process(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(file.toFile()))
                    .start();
            return new Attempt(workspace, stage, process, new ProgressPage(port), log);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new Problem(ExitCode.STORAGE, "No free port on this machine: " + e.getMessage(), e);
        }
    }

    Stage stage() {
        return stage;
    }

    void whenEnded(Runnable action) {
        process.onExit().thenRun(action);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Optional<Progress> progress() {
        return progress.ask();
    }

    /** What it warned of since the last call. */
    List<String> warnings() {
        return log.warnings();
    }

    /** Asks it to save a checkpoint and end. */
    void stop() {
        process.destroy();
    }

    void kill() {
        process.destroyForcibly();
    }

    Outcome outcome() {
        int exitCode = process.exitValue();
        return Outcome.of(exitCode, said().or(() -> logged(exitCode)).orElseGet(() -> unsaid(exitCode)));
    }

    private Optional<Failure> said() {
        Path file = workspace.terminationLog(stage);
        try {
            return Files.exists(file)
                    ? TerminationMessage.parse(Files.readString(file))
                            .flatMap(message -> message instanceof Broken(var failure, var _)
                                    ? Optional.of(failure)
                                    : Optional.empty())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What it printed last, where its last word could not be written: on a full disk, say. */
    private Optional<Failure> logged(int exitCode) {
        if (ExitCode.of(exitCode) == ExitCode.KILLED) {
            return Optional.empty();
        }
        return log.lastError().map(error -> new Failure(ExitCode.of(exitCode).reason(), error, exitCode));
    }

    private static Failure unsaid(int exitCode) {
        ExitCode code = ExitCode.of(exitCode);
        String message = code == ExitCode.KILLED
                ? "The trainer was killed, as happens when the machine runs out of memory"
                : "The trainer ended with %d without saying why".formatted(exitCode);
        return new Failure(code.reason(), message, exitCode);
    }
}
