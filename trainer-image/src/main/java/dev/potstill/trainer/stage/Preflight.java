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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run before any work where a stage would not fit into memory or onto the disk.
 *
 * @param memory bytes there are
 * @param disk bytes that are free
 * @param below the folder they are free below
 */
public record Preflight(StageContext context, long memory, long disk, Path below) {
    private static final Set<Stage> LEARNING = EnumSet.of(Stage.Feature, Stage.Response, Stage.Reinforcement);

    /** Where a workspace is. */
    public Preflight(StageContext context, long memory, long disk) {
        this(context, memory, disk, context.workspace().root());
    }

    /** On this machine. */
    public static Preflight of(StageContext context, long memory) {
        Path root = context.workspace().root();
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw Problem.storage(root, e);
        }
        return of(context, memory, root);
    }

    /** On this machine, for a workspace below a folder that is there. */
    public static Preflight of(StageContext context, long memory, Path below) {
        try {
            return new Preflight(context, memory, Files.getFileStore(below).getUsableSpace(), below);
        } catch (IOException e) {
            throw Problem.storage(below, e);
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

    /** Settings that make less of what a stage writes, where it writes such. */
    private static String lessDisk(Map<String, Long> parts) {
        Map<String, String> settings =
                Map.of("checkpoints", "spec.checkpoint.keep", "signals", "spec.workspace.cacheSize");
        String lower = settings.entrySet().stream()
                .filter(setting -> parts.getOrDefault(setting.getKey(), 0L) > 0)
                .map(Map.Entry::getValue)
                .sorted()
                .collect(Collectors.joining(" or "));
        return lower.isEmpty() ? "Give it a larger volume" : "Lower %s, or give it a larger volume".formatted(lower);
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
                    "%s does not fit onto the disk: it writes up to %s (%s), expected at most %s, which are free below %s. %s"
                            .formatted(
                                    estimate.stage(),
                                    ByteSize.words(written),
                                    StageEstimate.words(estimate.disk()),
                                    ByteSize.words(free),
                                    below,
                                    lessDisk(estimate.disk())));
        }
    }
}
