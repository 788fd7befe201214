package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.Disk;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.contract.StageOutput;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.HfFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files a training stage reads and writes. */
final class StageFiles {
    private StageFiles() {}

    /** A file of the data stage's output. */
    static Path data(StageContext context, String name) {
        StageOutput data = context.upstream()
                .of(Stage.Data)
                .orElseThrow(() -> Problem.rejected("spec.stages: " + context.stage()
                        + " needs the rows that Data makes, expected Data among them; add it"));
        return data.file(name);
    }

    /** The rows to train on as tokens, at most {@code maxRows} of them. */
    static TrainingSet trainingSet(StageContext context, Tokenizer tokenizer, @Nullable Integer maxRows) {
        TrainingSet set = TrainingSet.read(
                data(context, DataFiles.TRAIN), tokenizer, maxRows == null ? Integer.MAX_VALUE : maxRows);
        if (set.size() == 0) {
            throw Problem.rejected("spec.data: no row is left to train on; see the data card of the Data stage");
        }
        return set;
    }

    /** Refuses rows that a model has no positions for. */
    static void requirePositions(TrainingSet set, Models.Open model) {
        int positions = model.model().config().maxPositions();
        for (int sample = 0; sample < set.size(); sample++) {
            if (set.tokens(sample) > positions) {
                throw Problem.unfit(
                        "spec.training.maxLength: found a row of %d tokens, but %s has max_position_embeddings %d, expected rows of at most as many; set maxLength: %d"
                                .formatted(set.tokens(sample), model.files().origin(), positions, positions));
            }
        }
    }

    /**
     * The folder of one kind of signals, named by all they depend on. Those of other settings are deleted: only one set of a kind
     * is kept.
     */
    static Path signals(StageContext context, String kind, List<?> settings) {
        String data =
                context.upstream().of(Stage.Data).map(StageOutput::outputDigest).orElse("");
        var components = context.upstream().input().components();
        String identity = Sha256.of(String.join(
                "\n", kind, data, settings.toString(), components.get("teachers[0].model"), components.get("trainer")));
        Path folder = context.workspace().cache().resolve("signals");
        Path wanted = folder.resolve(kind + "-" + identity.substring(0, 12));
        try (Stream<Path> there = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            for (Path other : there.toList()) {
                if (other.getFileName().toString().startsWith(kind + "-") && !other.equals(wanted)) {
                    Disk.delete(other);
                }
            }
        } catch (IOException e) {
            throw new Problem(ExitCode.STORAGE, folder + ": " + e.getMessage(), e);
        }
        return wanted;
    }

    /** What the student is that this stage begins with: an earlier stage's output, or the start model as it is set. */
    static String student(StageContext context) {
        return context.upstream().student().map(StageOutput::outputDigest).orElseGet(() -> {
            SortedMap<String, String> settings =
                    new TreeMap<>(context.upstream().input().components());
            settings.keySet().removeIf(name -> !name.startsWith("student."));
            return Sha256.of(settings);
        });
    }

    /** Saves the student to the stage's output as a folder that transformers loads. */
    static void saveStudent(StageContext context, Models.Open student) {
        ObjectNode config = student.model().config().json().deepCopy();
        config.put("dtype", student.model().type() == ElementType.BF16 ? "bfloat16" : "float32");
        config.remove("torch_dtype");
        config.remove("quantization_config");
        HfFolder.save(
                context.out().resolve(Models.STUDENT),
                config,
                student.model().entries(),
                student.tokenizer().files());
    }
}
