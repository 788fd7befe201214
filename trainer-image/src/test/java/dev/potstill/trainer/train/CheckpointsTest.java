package dev.potstill.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.weights.TensorEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private Checkpoints checkpoints;

    record State(int step) {}

    @BeforeEach
    void saveThree() {
        checkpoints = new Checkpoints(folder, 10, 2, warnings::add);
        for (int step = 10; step <= 30; step += 10) {
            save(step);
        }
    }

    private void save(int step) {
        try (Arena arena = Arena.ofConfined()) {
            float[] values = {step, step + 0.5f};
            checkpoints.save(step, List.of(TensorEntry.of("w", List.of(2L), values, arena)), new State(step));
        }
    }

    private List<Object> restored() {
        List<Object> found = new ArrayList<>();
        checkpoints.restore(State.class, (tensors, state) -> {
            found.add(state.step());
            found.add(tensors.get("w").floats()[1]);
        });
        return found;
    }

    @Test
    void theNewestIsTakenAndOldOnesAreDropped() {
        assertThat(restored()).containsExactly(30, 30.5f);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("checkpoint-000020", "checkpoint-000030");
    }

    @Test
    void aDamagedOneIsToldOfAndTheOneBeforeItIsTaken() throws IOException {
        Path tensors = folder.resolve("checkpoint-000030").resolve("state.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        bytes[bytes.length - 1] ^= 1;
        Files.write(tensors, bytes);
        assertThat(restored()).containsExactly(20, 20.5f);
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("checkpoint-000030")
                .contains("damaged");
    }

    @Test
    void oneThatWasBeingWrittenIsNotTaken() throws IOException {
        Files.createDirectories(folder.resolve("writing"));
        Files.writeString(folder.resolve("writing").resolve("state.json"), "{");
        assertThat(restored()).containsExactly(30, 30.5f);
    }

    @Test
    void withoutAnySoundOneThereIsNothingToRestore() throws IOException {
        for (String name : List.of("checkpoint-000020", "checkpoint-000030")) {
            Files.writeString(folder.resolve(name).resolve("state.json"), "not json");
        }
        assertThat(restored()).isEmpty();
        assertThat(warnings).hasSize(2);
    }
}
