package dev.potstill.trainer.data;

import dev.potstill.contract.Disk;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.SamplingPlan.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** All that teachers said, on the disk: a finished batch is a file of {@link Saved}, and one at work has a log of its own. */
final class Transcript {
    private final Path folder;
    private final Saved<Answer> saved;

    Transcript(Path folder) {
        this.folder = folder;
        this.saved = new Saved<>(folder, Answer.class);
    }

    /** The answers of a batch, in the order of its requests: as they were kept, or else made with what its log holds. */
    List<Answer> get(Batch batch, Function<AnswerLog, List<Answer>> make) {
        Path path = folder.resolve("%06d.log".formatted(batch.number()));
        List<Answer> answers = saved.get(batch.number(), () -> {
            try (AnswerLog log = AnswerLog.open(path)) {
                return make.apply(log);
            }
        });
        try {
            Disk.delete(path);
        } catch (IOException e) {
            throw Problem.storage(path, e);
        }
        return answers;
    }

    /** The answers of a batch that is finished. */
    List<Answer> get(Batch batch) {
        return saved.get(batch.number(), () -> {
            throw new IllegalStateException("batch %d was not asked".formatted(batch.number()));
        });
    }
}
