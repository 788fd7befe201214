package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Problem;
import dev.potstill.contract.RunEstimate;
import dev.potstill.contract.StageEstimate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /**
     * What each stage of the run takes, as far as is known before it.
     *
     * @param inputs of the stages that have one already or may be taken to have one like it
     */
    public RunEstimate estimate(Map<Stage, InputDigest> inputs) {
        Shapes known = Shapes.of(context);
        long freed = 0;
        List<StageEstimate> stages = new ArrayList<>();
        for (Stage stage : context.spec().stages().stream().sorted().toList()) {
            Shapes shapes =
                    known.at(inputs.getOrDefault(stage, context.upstream().input()));
            Forecast forecast = Forecast.of(stage, shapes, false);
            stages.add(forecast.estimate().unfit(refusal(forecast.least(isLeast(stage, shapes)), disk + freed)));
            freed += WorkInProgress.of(shapes.context()).checkpoints();
        }
        return new RunEstimate(memory, disk, stages);
    }

    private @Nullable String refusal(Forecast forecast, long free) {
        try {
            require(forecast, free);
            return null;
        } catch (Problem unfit) {
            return unfit.getMessage();
        }
    }

    /**
     * The stage itself as its rows are known, and those after it as if a row were a token; but of what is to be kept of a row, as its
     * rows are known too.
     */
    public void check() {
        Stage stage = context.stage();
        Shapes none = Shapes.withoutRows(context);
        Shapes shapes = LEARNING.contains(stage) ? Shapes.of(context) : none;
        require(Forecast.of(stage, shapes, isLeast(stage, shapes)), disk);
        long later = disk + WorkInProgress.of(context).checkpoints();
        for (Stage next : context.spec().stages()) {
            if (next.compareTo(stage) > 0) {
                require(Forecast.of(next, none, true), later);
                SignalForecast.of(next, shapes).require();
            }
        }
    }

    /** Whether only the least there can be is known of a stage's batches. */
    private static boolean isLeast(Stage stage, Shapes shapes) {
        return shapes.rows().isEmpty() || !LEARNING.contains(stage);
    }

    private void require(Forecast forecast, long free) {
        forecast.signals().require();
        StageEstimate estimate = forecast.estimate();
        long needed = StageEstimate.sum(estimate.memory());
        if (needed > memory) {
            throw Problem.unfit("%s does not fit into memory: it takes about %s (%s), expected at most %s. %s"
                    .formatted(
                            estimate.stage(),
                            ByteSize.words(needed),
                            StageEstimate.words(estimate.memory()),
                            ByteSize.words(memory),
                            new Remedy(forecast, memory).words()));
        }
        long written = StageEstimate.sum(estimate.disk());
        if (written > free) {
            throw Problem.unfit(
                    "%s does not fit onto the disk: it writes up to %s (%s), expected at most %s, which are free below %s. Lower spec.checkpoint.keep or spec.workspace.cacheSize, or give it a larger volume"
                            .formatted(
                                    estimate.stage(),
                                    ByteSize.words(written),
                                    StageEstimate.words(estimate.disk()),
                                    ByteSize.words(free),
                                    context.workspace().root()));
        }
    }
}
