package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a stage works with.
 *
 * @param spec the resolved settings of the run
 * @param upstream the stage's input digest and the outputs of the stages before it
 * @param warnings told of what the user should know but need not mend
 * @param shard which part of the stage is this trainer's
 * @param origins where each source of data comes from, for who reads it elsewhere; none where that is what the spec says
 */
public record StageContext(
        DistillationRunSpec spec,
        Upstream upstream,
        WorkspaceLayout workspace,
        ProgressBoard progress,
        StopSignal stop,
        Consumer<String> warnings,
        Shard shard,
        List<String> origins) {

    public StageContext {
        origins = List.copyOf(origins);
    }

    /** Of a stage that is the work of one trainer. */
    public StageContext(
            DistillationRunSpec spec,
            Upstream upstream,
            WorkspaceLayout workspace,
            ProgressBoard progress,
            StopSignal stop,
            Consumer<String> warnings) {
        this(spec, upstream, workspace, progress, stop, warnings, Shard.WHOLE);
    }

    /** Of a stage that reads where its spec says. */
    public StageContext(
            DistillationRunSpec spec,
            Upstream upstream,
            WorkspaceLayout workspace,
            ProgressBoard progress,
            StopSignal stop,
            Consumer<String> warnings,
            Shard shard) {
        this(spec, upstream, workspace, progress, stop, warnings, shard, List.of());
    }

    /** The same of a stage with this input. */
    public StageContext at(InputDigest input) {
        return with(spec, new Upstream(input, upstream.outputs()));
    }

    /** The same with other settings. */
    StageContext under(DistillationRunSpec other) {
        return with(other, upstream);
    }

    private StageContext with(DistillationRunSpec settings, Upstream before) {
        return new StageContext(settings, before, workspace, progress, stop, warnings, shard, origins);
    }

    public Stage stage() {
        return upstream.input().stage();
    }

    /** The stage's own folder for checkpoints and other work in progress; it outlives an attempt. */
    public Path partial() {
        return workspace.partial(stage(), upstream.input().hex());
    }

    /** What is written here becomes the stage's output. */
    public Path out() {
        return workspace.unsealed(stage(), upstream.input().hex());
    }
}
