package dev.potstill.trainer;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Scheduling;
import dev.potstill.api.Stage;
import dev.potstill.api.Training.Precision;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Notices;
import dev.potstill.contract.Pins;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.TerminationMessage.Finished;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.contract.TrainerVersion;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.contract.WorkspaceLock;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.fetch.FetchSettings;
import dev.potstill.trainer.fetch.Fetching;
import dev.potstill.trainer.run.Program;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.ProgressLog;
import dev.potstill.trainer.run.ProgressServer;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.run.Warnings;
import dev.potstill.trainer.run.WorkTime;
import dev.potstill.trainer.stage.Preflight;
import dev.potstill.trainer.stage.SettledPrecision;
import dev.potstill.trainer.stage.SharedWork;
import dev.potstill.trainer.stage.StageContext;
import dev.potstill.trainer.stage.StageWork;
import dev.potstill.trainer.stage.Stages;
import dev.potstill.trainer.stage.Suitability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Does one stage's work under the workspace's lock, and seals what it made. */
final class StageRun {
    private static final String TRAINER = "trainer";
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(15);

    private static final String WIDENED =
            "computing with bf16 weights in fp32, and with each layer again on the way back: this processor has no instructions for bf16";

    private final TrainerCommand command;
    private final WorkspaceLayout workspace;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private final Map<String, String> environment;

    StageRun(
            TrainerCommand command,
            WorkspaceLayout workspace,
            ProgressBoard progress,
            StopSignal stop,
            Map<String, String> environment) {
        this.command = command;
        this.workspace = workspace;
        this.progress = progress;
        this.stop = stop;
        this.environment = Map.copyOf(environment);
    }

    /** An output that is there already is not made again. */
    TerminationMessage make() {
        Shard shard = command.shard().orElse(Shard.WHOLE);
        StageWork work = Stages.of(command.stage());
        requireShare(shard, work);
        Manifest manifest = Manifest.read(command.run(), List.of());
        List<String> early = Collections.synchronizedList(new ArrayList<>());
        var fetching = new Fetching(
                FetchSettings.of(environment, workspace), workspace, progress, stop, System.out::println, warning -> {
                    warn(warning);
                    early.add(warning);
                });
        try (var lock = lock(shard);
                var server = ProgressServer.start(command.port(), isLocal(), progress, StageRun::warn);
                var log = ProgressLog.start(progress, BETWEEN_LINES, StageRun::tell)) {
            Pins pins = fetching.pins(manifest);
            var upstream = Upstream.of(
                    command.stage(),
                    manifest.spec(),
                    pins,
                    workspace,
                    version(),
                    new Notices(StageRun::warn, StageRun::tell));
            Optional<StageOutput> there = output(upstream);
            if (there.isPresent()) {
                return new Finished(there.get().report(), true);
            }
            idleGpu(manifest.spec()).ifPresent(warning -> {
                warn(warning);
                early.add(warning);
            });
            DistillationRunSpec here =
                    fetching.here(manifest, command.stage(), pins).spec();
            Optional<DistillationRunSpec> settled = settled(here, upstream, early);
            if (settled.isEmpty()) {
                return new Finished(output(upstream).orElseThrow().report(), false);
            }
            return make(work, settled.get(), upstream, shard, Fetching.origins(manifest, pins));
        }
    }

    /** In a cluster; on this machine nothing is set aside for a run. */
    private Optional<String> idleGpu(DistillationRunSpec spec) {
        Scheduling.Gpu gpu = spec.scheduling().gpu();
        return gpu == null || isLocal()
                ? Optional.empty()
                : Optional.of(
                        "spec.scheduling.gpu: found %d %s, which this trainer leaves idle, as it computes on processors; leave it out"
                                .formatted(gpu.count(), gpu.resource()));
    }

    /** A runner of this machine is the only one that asks its child how far it is. */
    private boolean isLocal() {
        return command.parentPid().isPresent();
    }

    private Optional<StageOutput> output(Upstream upstream) {
        return StageOutput.find(workspace, upstream.input(), StageRun::warn);
    }

    private WorkspaceLock lock(Shard shard) {
        return shard.isWhole() ? WorkspaceLock.take(workspace, TRAINER) : WorkspaceLock.share(workspace, TRAINER);
    }

    /**
     * What is kept of the stage before it begins is not written under the hands of one that seals it, having done all shares.
     *
     * @return empty where one has since
     */
    private Optional<DistillationRunSpec> settled(DistillationRunSpec spec, Upstream upstream, List<String> early) {
        try (var among = WorkspaceLock.awaitShare(workspace, atWork(upstream))) {
            if (output(upstream).isPresent()) {
                return Optional.empty();
            }
            early.forEach(warnings(upstream)::keep);
            var precision = new SettledPrecision(workspace, partial(upstream));
            var settled = precision.in(spec, Hardware.hasFastBf16(), StageRun::tell);
            if (settled.training().precision() == Precision.BF16 && !Hardware.hasFastBf16()) {
                tell(WIDENED);
            }
            return Optional.of(settled);
        }
    }

    private static String atWork(Upstream upstream) {
        InputDigest input = upstream.input();
        return "%s-%s".formatted(input.stage(), input.hex().substring(0, 12));
    }

    private TerminationMessage make(
            StageWork work, DistillationRunSpec spec, Upstream upstream, Shard shard, List<String> origins) {
        var context = new StageContext(spec, upstream, workspace, progress, stop, warnings(upstream), shard, origins);
        Torch.start(Runtime.getRuntime().availableProcessors());
        return work instanceof SharedWork shared && !shard.isWhole() ? share(shared, context) : alone(work, context);
    }

    private Warnings warnings(Upstream upstream) {
        return Warnings.keptIn(partial(upstream), StageRun::warn);
    }

    private Path partial(Upstream upstream) {
        InputDigest input = upstream.input();
        return workspace.partial(input.stage(), input.hex());
    }

    private TerminationMessage alone(StageWork work, StageContext context) {
        WorkTime time = begin(context);
        var made = work(context, time, () -> work.make(context));
        return new Finished(Sealing.seal(context, time.seconds(), made).report(), false);
    }

    private static WorkTime begin(StageContext context) {
        try {
            Files.createDirectories(context.out());
            return WorkTime.resume(context.partial(), context.shard(), System::nanoTime);
        } catch (IOException e) {
            throw Problem.storage(context.partial(), e);
        }
    }

    /** Whoever finds all shares done puts them together, where several do the first; but not under the feet of those still at work. */
    private TerminationMessage share(SharedWork work, StageContext context) {
        String atWork = atWork(context.upstream());
        try (var among = WorkspaceLock.awaitShare(workspace, atWork)) {
            if (output(context.upstream()).isEmpty()) {
                share(work, context, begin(context));
            }
        }
        try (var sealing = WorkspaceLock.await(workspace, "sealing")) {
            Optional<StageOutput> there = output(context.upstream());
            if (there.isPresent()) {
                return new Finished(there.get().report(), false);
            }
            if (!work.isDone(context)) {
                return new TerminationMessage.Shared(context.shard().toString());
            }
            try (var alone = WorkspaceLock.await(workspace, atWork)) {
                long seconds =
                        WorkTime.seconds(context.partial(), context.shard().of());
                return new Finished(
                        Sealing.seal(context, seconds, work.gather(context)).report(), false);
            }
        }
    }

    private static void share(SharedWork work, StageContext context, WorkTime time) {
        work(context, time, () -> {
            work.share(context);
            return context;
        });
        time.save();
    }

    private static <T> T work(StageContext context, WorkTime time, Supplier<T> work) {
        try {
            if (context.stage() != Stage.Data) {
                // Data looks itself; but where it is reused, what it looked at may have changed since.
                Suitability.of(context).check();
            }
            Preflight.of(context, Hardware.memory()).check();
            context.progress().keeping(time::save);
            return work.get();
        } catch (Stopped e) {
            time.save();
            throw e;
        }
    }

    private static void requireShare(Shard shard, StageWork work) {
        if (shard.index() >= shard.of()) {
            throw usage(shard, "a share from 0/%d to %d/%d".formatted(shard.of(), shard.of() - 1, shard.of()));
        }
        if (!shard.isWhole() && !(work instanceof SharedWork)) {
            throw usage(shard, "0/1, for this stage is the work of one trainer");
        }
    }

    private static Problem usage(Shard shard, String expected) {
        return new Problem(ExitCode.USAGE, "--shard: found %s, expected %s".formatted(shard, expected));
    }

    static String version() {
        return TrainerVersion.of(Program.loadedFrom());
    }

    /** To where the pod's log comes from. */
    static void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void warn(String warning) {
        System.err.println("warning: " + warning);
    }
}
