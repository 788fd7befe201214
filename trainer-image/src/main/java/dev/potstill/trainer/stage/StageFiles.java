package dev.potstill.trainer.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageOutput;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.HfFolder;
import java.nio.file.Path;
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
