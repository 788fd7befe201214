package dev.potstill.trainer.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.potstill.contract.Disk;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.SafeTensorsWriter;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Saved states of a stage: folders {@code checkpoint-000200} with {@code state.safetensors} and {@code state.json}, which holds the
 * digests of both. Written under another name and renamed when complete; the newest sound one is taken.
 *
 * @param folder that holds them
 * @param everySteps how often one is due
 * @param keep how many are kept
 * @param warnings told of damaged ones
 */
public record Checkpoints(Path folder, int everySteps, int keep, Consumer<String> warnings) {
    private static final String TENSORS = "state.safetensors";
    private static final String STATE = "state.json";
    private static final String PREFIX = "checkpoint-";

    /** Digests of the tensors' file and of the state; absent in a file that is damaged. */
    private record Saved(@Nullable String tensors, @Nullable String json, JsonNode state) {
        private Saved {
            state = Objects.requireNonNullElse(state, NullNode.getInstance());
        }
    }

    /** Whether a state is to be saved after this step of so many; after the last the output itself is. */
    public boolean isDue(long step, long steps) {
        return step % everySteps == 0 && step < steps;
    }

    public void save(long step, List<TensorEntry> tensors, Object state) {
        Path partial = folder.resolve("writing");
        Path done = folder.resolve(PREFIX + "%06d".formatted(step));
        try {
            Disk.delete(partial);
            Files.createDirectories(partial);
            SafeTensorsWriter.write(partial.resolve(TENSORS), tensors);
            JsonNode json = Json.mapper().valueToTree(state);
            Saved saved = new Saved(Sha256.of(partial.resolve(TENSORS)), Sha256.of(Json.compact(json)), json);
            Files.writeString(partial.resolve(STATE), Json.pretty(saved));
            Disk.delete(done);
            Disk.move(partial, done); // on the disk before an old one is dropped
            drop(step);
        } catch (IOException e) {
            throw new Problem(
                    ExitCode.STORAGE,
                    done + ": cannot be written (" + e.getMessage() + "); free or add space and run again",
                    e);
        }
    }

    /**
     * Saves the state before a step that ended while a server was waited for, as no weight changes before all is answered. Any
     * other end says nothing of the weights, and nothing is saved.
     */
    public void saveBefore(RuntimeException end, long step, Supplier<List<TensorEntry>> tensors, Object state) {
        boolean waiting = end instanceof Stopped
                || end instanceof Problem problem && problem.exitCode() == ExitCode.TEACHER_UNAVAILABLE;
        if (waiting) {
            save(step, tensors.get(), state);
        }
    }

    /** Keeps the newest up to this step. Those of later steps were passed over as damaged. */
    private void drop(long step) throws IOException {
        int kept = 0;
        for (Path checkpoint : newestFirst()) {
            if (step(checkpoint) > step || ++kept > keep) {
                Disk.delete(checkpoint);
            }
        }
    }

    /** Hands the newest sound checkpoint's tensors and state to {@code restore}; false if there is none. */
    public <S> boolean restore(Class<S> type, BiConsumer<Weights, S> restore) {
        for (Path checkpoint : newestFirst()) {
            Optional<S> state = read(checkpoint, type);
            if (state.isPresent()) {
                try (Weights tensors = SafeTensors.open(checkpoint.resolve(TENSORS))) {
                    restore.accept(tensors, state.get());
                    return true;
                }
            }
        }
        return false;
    }

    /** What to throw where training has to go back and cannot. */
    public Problem noneIsSound() {
        return new Problem(
                ExitCode.STORAGE,
                folder + ": found no sound checkpoint to go back to; check the disk and run again, from the start");
    }

    private <S> Optional<S> read(Path checkpoint, Class<S> type) {
        try {
            Saved saved = Json.read(checkpoint.resolve(STATE), Saved.class);
            requireSame(STATE, saved.json(), Sha256.of(Json.compact(saved.state())));
            requireSame(TENSORS, saved.tensors(), Sha256.of(checkpoint.resolve(TENSORS)));
            return Optional.of(Json.mapper().treeToValue(saved.state(), type));
        } catch (IOException e) {
            warnings.accept(checkpoint + " is damaged (" + e.getMessage() + "); the one before it is taken");
            return Optional.empty();
        }
    }

    private static void requireSame(String file, @Nullable String saved, String found) throws IOException {
        if (!found.equals(saved)) {
            throw new IOException(file + " is not what was saved");
        }
    }

    private List<Path> newestFirst() {
        if (!Files.isDirectory(folder)) {
            return new ArrayList<>();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> path.getFileName().toString().matches(PREFIX + "\\d+"))
                    .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
                    .toList();
        } catch (IOException e) {
            throw new Problem(ExitCode.STORAGE, folder + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** By number, as names of a million steps and more sort otherwise. */
    private static long step(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring(PREFIX.length()));
    }
}
