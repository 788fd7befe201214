package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Training.Precision;
import dev.potstill.contract.Disk;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.contract.WorkspaceLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What {@code precision: Auto} stands for in a stage: what the machine of its first trainer is fast at. It is kept with the stage's work in
 * progress, so that all trainers that share the stage or go on with it hold one type, whatever their machines are. How a machine rounds what it
 * computes in a type is its own.
 *
 * @param folder of the stage's work in progress
 */
public record SettledPrecision(WorkspaceLayout workspace, Path folder) {
    private static final String FILE = "precision";

    /**
     * The spec with the type that it stands for.
     *
     * @param fastBf16 whether this machine is fast at bf16
     * @param told where that is not what this machine would take
     */
    public DistillationRunSpec in(DistillationRunSpec spec, boolean fastBf16, Consumer<String> told) {
        if (spec.training().precision() != Precision.Auto) {
            return spec;
        }
        Precision own = fastBf16 ? Precision.BF16 : Precision.FP32;
        Precision settled = settle(own);
        if (settled != own) {
            told.accept("computing in %s, as the stage began to on another machine; this one would take %s"
                    .formatted(settled, own));
        }
        return Changed.spec(spec, tree -> ((ObjectNode) tree.path("training")).put("precision", settled.name()));
    }

    private Precision settle(Precision own) {
        Path file = folder.resolve(FILE);
        try (var settling = WorkspaceLock.await(workspace, "settling")) {
            if (Files.notExists(file)) {
                Files.createDirectories(folder);
                Disk.write(file, own.name());
                return own;
            }
            return read(file);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    private static Precision read(Path file) throws IOException {
        String found = Files.readString(file);
        return Stream.of(Precision.BF16, Precision.FP32)
                .filter(type -> type.name().equals(found))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "found %s, expected BF16 or FP32; delete the file, and the stage's type is settled anew"
                                .formatted(found)));
    }
}
