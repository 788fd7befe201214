package dev.potstill.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.potstill.contract.ExitCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsWriterTest {
    @TempDir
    Path folder;

    private final Arena arena = Arena.ofAuto();

    @Test
    void widerElementsComeFirstAndThenNamesInOrder() {
        Path file = folder.resolve("a.safetensors");
        SafeTensorsWriter.write(
                file,
                List.of(
                        new TensorEntry("u", ElementType.U8, List.of(3L), arena.allocate(3)),
                        TensorEntry.of("z", List.of(1L), new float[] {1}, arena),
                        new TensorEntry("h", ElementType.BF16, List.of(1L, 1L), arena.allocate(2)),
                        TensorEntry.of("b", List.of(2L), new float[] {2, 3}, arena)));
        try (SafeTensors weights = SafeTensors.open(file)) {
            assertThat(weights.names()).containsExactly("b", "z", "h", "u");
            assertThat(weights.get("b").floats()).containsExactly(2, 3);
            assertThat(weights.get("h").type()).isEqualTo(ElementType.BF16);
        }
    }

    @Test
    void aFailureLeavesAnEarlierFileAsItWas() throws IOException {
        Path file = folder.resolve("model.safetensors");
        List<TensorEntry> tensors = List.of(TensorEntry.of("a", List.of(1L), new float[] {1}, arena));
        SafeTensorsWriter.write(file, tensors);
        byte[] before = Files.readAllBytes(file);
        Files.createDirectories(folder.resolve("model.safetensors.unfinished/inside"));

        Refused.message(ExitCode.STORAGE, () -> SafeTensorsWriter.write(file, tensors))
                .contains(file.toString(), "cannot be written", "4 bytes");
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void aFullDiskIsAStorageProblem() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: no /dev/full");
        assertThatThrownBy(() -> {
                    Files.createSymbolicLink(folder.resolve("m.unfinished"), Path.of("/dev/full"));
                    SafeTensorsWriter.write(
                            folder.resolve("m"), List.of(TensorEntry.of("a", List.of(1L), new float[] {1}, arena)));
                })
                .hasMessageContaining("No space left on device");
    }

    @Test
    void twoTensorsOfOneNameAreADefect() {
        TensorEntry tensor = TensorEntry.of("a", List.of(1L), new float[] {1}, arena);
        assertThatThrownBy(() -> SafeTensorsWriter.write(folder.resolve("x"), List.of(tensor, tensor)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTensorIsAsLongAsItsShapeSays() {
        assertThatThrownBy(() -> new TensorEntry("a", ElementType.F16, List.of(2L, 3L), arena.allocate(13)))
                .hasMessageContaining("takes 12 bytes, not 13");
    }
}
