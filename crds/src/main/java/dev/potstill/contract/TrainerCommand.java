package dev.potstill.contract;

import dev.potstill.api.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The trainer's command line: {@code potstill-trainer STAGE --run FILE --workspace DIR [--shard i/n] [--attempt k] [--port N]
 * [--termination-log FILE] [--parent-pid PID]}.
 *
 * @param attempt how often the stage was tried before
 * @param port where progress and metrics are served
 * @param parentPid a process with whose end the trainer saves a checkpoint and stops
 */
public record TrainerCommand(
        Stage stage,
        Path run,
        Path workspace,
        Optional<Shard> shard,
        int attempt,
        int port,
        Optional<Path> terminationLog,
        Optional<Long> parentPid) {
    public static final int DEFAULT_PORT = 9400;

    /** The environment variable of where what is fetched is kept; not set, that is in the workspace. */
    public static final String CACHE = "POTSTILL_CACHE";

    /** One of several trainers that share a stage; the first has index 0. */
    public record Shard(int index, int of) {
        /** All of a stage. */
        public static final Shard WHOLE = new Shard(0, 1);

        public boolean isWhole() {
            return of == 1;
        }

        @Override
        public String toString() {
            return index + "/" + of;
        }
    }

    public List<String> arguments() {
        var arguments =
                new ArrayList<>(List.of(stage.name(), "--run", run.toString(), "--workspace", workspace.toString()));
        shard.ifPresent(value -> arguments.addAll(List.of("--shard", value.toString())));
        arguments.addAll(List.of("--attempt", Integer.toString(attempt), "--port", Integer.toString(port)));
        terminationLog.ifPresent(file -> arguments.addAll(List.of("--termination-log", file.toString())));
        parentPid.ifPresent(pid -> arguments.addAll(List.of("--parent-pid", pid.toString())));
        return arguments;
    }
}
