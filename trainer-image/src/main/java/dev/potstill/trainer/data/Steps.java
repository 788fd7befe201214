package dev.potstill.trainer.data;

import dev.potstill.trainer.parts.Parts;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.run.ProgressBoard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The steps of the work, each done once by one of the trainers that share it.
 *
 * @param partial where finished ones are kept
 */
record Steps(Path partial, Worker worker, ProgressBoard progress) {

    /** What an earlier attempt or another trainer finished, or else what {@code work} writes into the folder it is given. */
    Phase once(String name, Function<Path, Tally> work) {
        if (!worker.shard().isWhole()) {
            progress.begin("waiting for another trainer", 0, 0);
        }
        Path folder = partial.resolve(name);
        if (Files.exists(folder)) {
            Seal.check(folder);
        }
        Parts.once(
                folder,
                worker,
                () -> Phase.make(folder, unsealed -> {
                    Tally tally = work.apply(unsealed);
                    Seal.put(unsealed);
                    return tally;
                }));
        return Phase.finished(folder);
    }

    static Optional<Phase> find(Path partial, String name) {
        Path folder = partial.resolve(name);
        return Files.exists(folder) ? Optional.of(Phase.finished(folder)) : Optional.empty();
    }

    /** A phase that an earlier attempt finished, once it is seen to be as it was left. */
    static Phase unchanged(Phase found) {
        Seal.check(found.folder());
        return found;
    }
}
