package dev.potstill.trainer.train;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.SafeTensorsWriter;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Saved states of a stage: folders {@code checkpoint-000200} with {@code state.safetensors} and {@code state.json}, which holds the
 * digest of the former. Written under another name and renamed when complete; the newest sound one is taken.
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

    private record Saved(String sha256, JsonNode state) {}

    /** Whether a state is to be saved after this step of so many; after the last the output itself is. */
    public boolean isDue(long step, long steps) {
        return step % everySteps == 0 && step < steps;
    }

    public void save(long step, List<TensorEntry> tensors, Object state) {
        Path partial = folder.resolve("writing");
        Path done = folder.resolve(PREFIX + "%06d".formatted(step));
        try {
            delete(partial);
            Files.createDirectories(partial);
            SafeTensorsWriter.write(partial.resolve(TENSORS), tensors);
            JsonNode json = Json.mapper().valueToTree(state);
            Path file = partial.resolve(STATE);
            Files.writeString(file, Json.pretty(new Saved(Sha256.of(partial.resolve(TENSORS)), json)));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                channel.force(true);
            }
            delete(done);
            Files.move(partial, done, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true); // the new name is on the disk before an old checkpoint is dropped
            }
            List<Path> all = newestFirst();
            for (Path old : all.subList(Math.min(keep, all.size()), all.size())) {
                delete(old);
            }
        } catch (IOException e) {
            throw new Problem(
                    ExitCode.STORAGE,
                    done + ": cannot be written (" + e.getMessage() + "); free or add space and run again",
                    e);
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

    private <S> Optional<S> read(Path checkpoint, Class<S> type) {
        try {
            Saved saved = Json.read(checkpoint.resolve(STATE), Saved.class);
            if (Sha256.of(checkpoint.resolve(TENSORS)).equals(saved.sha256())) {
                return Optional.of(Json.mapper().treeToValue(saved.state(), type));
            }
            warnings.accept(
                    checkpoint + " is damaged: its tensors are not those that were saved; the one before it is taken");
        } catch (IOException e) {
            warnings.accept(checkpoint + " is damaged (" + e.getMessage() + "); the one before it is taken");
        }
        return Optional.empty();
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

    private static void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> below = Files.walk(path)) {
                for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
