package dev.potstill.trainer.data;

import dev.potstill.contract.Disk;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.parts.Part;
import dev.potstill.trainer.parts.Parts;
import dev.potstill.trainer.parts.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All that teachers said, on the disk: a finished batch is a file of {@link Saved}, and one at work has a log of its own. */
final class Transcript {
    private final Path folder;
    private final Saved<Answer> saved;

    Transcript(Path folder) {
        this.folder = folder;
        this.saved = new Saved<>(folder, Answer.class);
    }

    /** Where batches are made, by this trainer and others. */
    Parts parts(Worker worker, int hands) {
        return saved.parts(worker, hands);
    }

    /**
     * Has all these batches made that are not there, each with what its log holds.
     *
     * @param done told of the requests of each batch
     */
    void makeAll(
            Parts parts,
            Supplier<Stream<Batch>> batches,
            BiFunction<Batch, AnswerLog, List<Answer>> make,
            LongConsumer done) {
        parts.finish(
                () -> batches.get()
                        .map(batch ->
                                new Part<>(batch.number(), batch.requests().size(), batch)),
                part -> make(part.content(), make),
                done);
    }

    private void make(Batch batch, BiFunction<Batch, AnswerLog, List<Answer>> make) {
        Path path = folder.resolve("%06d.log".formatted(batch.number()));
        try (AnswerLog log = AnswerLog.open(path)) {
            saved.write(batch.number(), make.apply(batch, log));
        }
        delete(path);
    }

    private static void delete(Path path) {
        try {
            Disk.delete(path);
        } catch (IOException e) {
            throw Problem.storage(path, e);
        }
    }

    /** The answers of a batch that is finished, in the order of its requests. */
    List<Answer> get(Batch batch) {
        return saved.find(batch.number()).orElseThrow(() -> {
            Path path = saved.file(batch.number());
            delete(path);
            return new Problem(
                    ExitCode.STORAGE,
                    path
                            + ": found answers that are damaged, and removed them; start the stage again, and they are asked for again");
        });
    }
}
