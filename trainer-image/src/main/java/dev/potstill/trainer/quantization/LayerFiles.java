package dev.potstill.trainer.quantization;

import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.GptqConfig;
import dev.potstill.trainer.weights.GptqWeights;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.SafeTensorsWriter;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** The finished layers of a quantisation under way, a file each: what is there need not be done again. */
public final class LayerFiles {
    private static final String ERRORS = "errors";

    /** SHA-256 of all the others. */
    private static final String DIGEST = "digest";

    private final IntFunction<Path> checkpoint;
    private final Consumer<String> warnings;

    /**
     * @param checkpoint the file that holds the last of so many finished layers
     * @param warnings told of a file that is damaged, and made again
     */
    public LayerFiles(IntFunction<Path> checkpoint, Consumer<String> warnings) {
        this.checkpoint = checkpoint;
        this.warnings = warnings;
    }

    Path file(int layer) {
        return checkpoint.apply(layer + 1);
    }

    /** Layers finished, from the first on. */
    int finished() {
        int layer = 0;
        while (Files.exists(file(layer)) && isSound(layer)) {
            layer++;
        }
        return layer;
    }

    private boolean isSound(int layer) {
        try (Weights stored = stored(layer)) {
            byte[] digest = stored.get(DIGEST).bytes().toArray(ValueLayout.JAVA_BYTE);
            List<TensorEntry> others = stored.names().stream()
                    .filter(name -> !name.equals(DIGEST))
                    .map(stored::get)
                    .toList();
            if (Arrays.equals(digest, digest(others))) {
                return true;
            }
            warnings.accept(file(layer) + " is damaged: it is not what was saved; the layer is quantised again");
        } catch (Problem e) {
            warnings.accept(e.getMessage() + "; the layer is quantised again");
        }
        return false;
    }

    private static byte[] digest(List<TensorEntry> entries) {
        SortedMap<String, String> digests = new TreeMap<>();
        entries.forEach(entry -> digests.put(entry.name(), Sha256.of(entry.bytes())));
        return Sha256.of(digests).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Saves a layer, whole or not at all.
     *
     * @param errors the relative output error of each linear layer, in their order
     */
    void save(int layer, List<TensorEntry> tensors, float[] errors) {
        Path file = file(layer);
        try (Arena arena = Arena.ofConfined()) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            List<TensorEntry> all = new ArrayList<>(tensors);
            all.add(TensorEntry.of(ERRORS, List.of((long) errors.length), errors, arena));
            byte[] digest = digest(all);
            all.add(new TensorEntry(
                    DIGEST, ElementType.U8, List.of((long) digest.length), MemorySegment.ofArray(digest)));
            SafeTensorsWriter.write(file, all);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    float[] errors(int layer) {
        try (Weights stored = SafeTensors.open(file(layer))) {
            return stored.get(ERRORS).floats();
        }
    }

    /** The layer's tensors as stored, and valid as long as the weights they come with. */
    Weights stored(int layer) {
        return SafeTensors.open(file(layer));
    }

    static List<TensorEntry> tensors(Weights stored) {
        return stored.names().stream()
                .filter(name -> !name.equals(ERRORS) && !name.equals(DIGEST))
                .map(stored::get)
                .toList();
    }

    /** The layer's weights as they will be read back. */
    Weights dequantised(int layer, GptqConfig config) {
        return new GptqWeights(stored(layer), config);
    }
}
