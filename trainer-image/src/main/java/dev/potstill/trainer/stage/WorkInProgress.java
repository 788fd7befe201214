package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What an earlier attempt at a stage has left in its own folder.
 *
 * @param student bytes of its output
 * @param checkpoints bytes of all else, which goes when the stage is done
 */
record WorkInProgress(long student, long checkpoints) {
    static final WorkInProgress NOTHING = new WorkInProgress(0, 0);

    static WorkInProgress of(StageContext context) {
        if (context.stage() == Stage.Data || context.stage() == Stage.Evaluation) {
            // Of no size that counts, and others may be at work there.
            return NOTHING;
        }
        long student = bytes(context.out());
        return new WorkInProgress(student, bytes(context.partial()) - student);
    }

    private static long bytes(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }
}
