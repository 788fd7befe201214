package dev.potstill.trainer;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.TerminationMessage.Finished;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.contract.TrainerVersion;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.contract.WorkspaceLock;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.ProgressServer;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.run.WorkTime;
import dev.potstill.trainer.stage.Models;
import dev.potstill.trainer.stage.StageContext;
import dev.potstill.trainer.stage.StageWork;
import dev.potstill.trainer.stage.Stages;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Does one stage's work under the workspace's lock, and seals what it made. */
final class StageRun {
    private final TrainerCommand command;
    private final WorkspaceLayout workspace;
    private final StopSignal stop;

    StageRun(TrainerCommand command, WorkspaceLayout workspace, StopSignal stop) {
        this.command = command;
        this.workspace = workspace;
        this.stop = stop;
    }

    /** An output that is there already is not made again. */
    Finished make() {
        command.shard().ifPresent(StageRun::requireWhole);
        StageWork work = Stages.of(command.stage());
        DistillationRunSpec spec = Manifest.read(command.run(), List.of()).spec();
        try (var lock = WorkspaceLock.take(workspace, "trainer")) {
            var upstream = Upstream.of(command.stage(), spec, workspace, version(), StageRun::warn);
            Optional<StageOutput> there = StageOutput.find(workspace, upstream.input(), StageRun::warn);
            StageOutput output = there.orElseGet(() -> make(work, spec, upstream));
            return new Finished(output.report(), there.isPresent());
        }
    }

    private StageOutput make(StageWork work, DistillationRunSpec spec, Upstream upstream) {
        var progress = new ProgressBoard(command.stage(), System::nanoTime);
        var context = new StageContext(spec, upstream, workspace, progress, stop, StageRun::warn);
        try (var server = ProgressServer.start(command.port(), progress, StageRun::warn)) {
            Files.createDirectories(context.out());
            var time = WorkTime.resume(context.partial(), System::nanoTime);
            Torch.start(Runtime.getRuntime().availableProcessors());
            var made = work(work, context, time);
            return StageOutput.seal(
                    workspace, upstream.input(), outputDigest -> report(upstream, outputDigest, time, made));
        } catch (IOException e) {
            throw Problem.storage(context.partial(), e);
        }
    }

    private static StageWork.Made work(StageWork work, StageContext context, WorkTime time) {
        try {
            if (context.stage() != Stage.Data) {
                // Data looks itself; but where it is reused, what it looked at may have changed since.
                new Models(context).check();
            }
            return work.make(context);
        } catch (Stopped e) {
            time.save();
            throw e;
        }
    }

    private static StageReport report(Upstream upstream, String outputDigest, WorkTime time, StageWork.Made made) {
        return new StageReport(
                upstream.input().stage(),
                upstream.input().hex(),
                outputDigest,
                time.seconds(),
                made.counts(),
                made.measures(),
                made.scores(),
                made.curves());
    }

    private static void requireWhole(Shard shard) {
        if (shard.index() != 0 || shard.of() != 1) {
            throw new Problem(
                    ExitCode.USAGE, "--shard: found " + shard + ", expected 0/1; a stage is the work of one trainer");
        }
    }

    /** The jar or folder of classes that this very class was loaded from. */
    static String version() {
        try {
            return TrainerVersion.of(Path.of(StageRun.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void warn(String warning) {
        System.err.println("warning: " + warning);
    }
}
