package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageEstimate;
import dev.potstill.trainer.run.Breakdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run before any work where a stage would not fit into memory or onto the disk.
 *
 * @param memory bytes there are
 * @param disk bytes that are free
 */
public record Preflight(StageContext context, long memory, long disk) {
    private static final Set<Stage> LEARNING = EnumSet.of(Stage.Feature, Stage.Response, Stage.Reinforcement);

    /** On this machine. */
    public static Preflight of(StageContext context, long memory) {
        Path root = context.workspace().root();
        try {
            Files.createDirectories(root);
            return new Preflight(context, memory, Files.getFileStore(root).getUsableSpace());
        } catch (IOException e) {
            throw Problem.storage(root, e);
        }
    }

    /** What each stage of the run takes, as far as is known before it. */
    public List<StageEstimate> estimates() {
        Shapes shapes = Shapes.of(context);
        int batchSize = context.spec().training().batchSize();
        return context.spec().stages().stream()
                .sorted()
                .map(stage ->
                        new Forecast(stage, shapes, batchSize, false).estimate().unfit(refusal(stage, shapes)))
                .toList();
    }

    private @Nullable String refusal(Stage stage, Shapes shapes) {
        try {
            require(stage, shapes);
            return null;
        } catch (Problem unfit) {
            return unfit.getMessage();
        }
    }

    /** The stage itself as its rows are known, and those after it as if a row were a token. */
    public void check() {
        Stage stage = context.stage();
        Shapes none = Shapes.withoutRows(context);
        Shapes shapes = LEARNING.contains(stage) ? Shapes.of(context) : none;
        require(stage, shapes);
        for (Stage later : context.spec().stages()) {
            if (later.compareTo(stage) > 0 && LEARNING.contains(later)) {
                require(later, none);
            }
        }
    }

    /** Whether only the least there can be is known of a stage's batches. */
    private static boolean isLeast(Stage stage, Shapes shapes) {
        return shapes.rows().isEmpty() || !LEARNING.contains(stage);
    }

    private void require(Stage stage, Shapes shapes) {
        int batchSize = context.spec().training().batchSize();
        StageEstimate estimate = new Forecast(stage, shapes, batchSize, isLeast(stage, shapes)).estimate();
        long needed = StageEstimate.sum(estimate.memory());
        if (needed > memory) {
            throw Problem.unfit("%s does not fit into memory: it takes about %s (%s), expected at most %s. %s"
                    .formatted(
                            stage,
                            ByteSize.words(needed),
                            StageEstimate.words(estimate.memory()),
                            ByteSize.words(memory),
                            remedy(stage, shapes)));
        }
        long written = StageEstimate.sum(estimate.disk());
        if (written > disk) {
            throw Problem.unfit(
                    "%s does not fit onto the disk: it writes up to %s (%s), expected at most %s, which are free below %s. Lower spec.checkpoint.keep or spec.workspace.cacheSize, or give it a larger volume"
                            .formatted(
                                    stage,
                                    ByteSize.words(written),
                                    StageEstimate.words(estimate.disk()),
                                    ByteSize.words(disk),
                                    context.workspace().root()));
        }
    }

    /** The largest batch that fits, or what else to change. */
    private String remedy(Stage stage, Shapes shapes) {
        int batchSize = context.spec().training().batchSize();
        if (!isLeast(stage, shapes)) {
            for (int smaller : halves(batchSize)) {
                long needed = StageEstimate.sum(
                        new Forecast(stage, shapes, smaller, false).estimate().memory());
                if (needed <= memory) {
                    int steps = context.spec().training().gradientAccumulation();
                    return "Set spec.training.batchSize to %d (found %d), with which it takes about %s, and spec.training.gradientAccumulation to %d for the same steps"
                            .formatted(
                                    smaller,
                                    batchSize,
                                    ByteSize.words(needed),
                                    Math.ceilDiv(steps * batchSize, smaller));
                }
            }
        }
        String again = LEARNING.contains(stage) ? "spec.training.activationCheckpointing to Full or " : "";
        return "Lower %s, set %sspec.training.precision to BF16, take smaller models, or give it more memory"
                .formatted(Breakdown.setting(stage), again);
    }

    private static int[] halves(int batchSize) {
        return IntStream.iterate(Integer.highestOneBit(Math.max(1, batchSize - 1)), size -> size > 0, size -> size / 2)
                .toArray();
    }
}
