package dev.potstill.cli;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.cli.LocalRun.Ending;
import dev.potstill.cli.screen.LiveScreen;
import dev.potstill.cli.screen.PlainScreen;
import dev.potstill.cli.screen.Screen;
import dev.potstill.cli.screen.Terminal;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Notices;
import dev.potstill.contract.Problem;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.contract.WorkspaceLock;
import dev.potstill.manifest.Manifest;
import dev.potstill.pipeline.Decide;
import dev.potstill.pipeline.Stamp;
import dev.potstill.pipeline.Status;
import dev.potstill.pipeline.Verdict;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code potstill run}. */
record RunCommand(Surroundings surroundings, Asked asked, boolean json, boolean quiet) {

    int call() {
        try {
            Manifest manifest = asked.manifest();
            WorkspaceLayout workspace = asked.workspace(manifest, surroundings.folder());
            try (var lock = WorkspaceLock.take(workspace, "runner")) {
                return run(manifest, workspace);
            }
        } catch (Problem problem) {
            if (json) {
                print(Status.of(problem, stamp()));
            }
            throw problem;
        }
    }

    private int run(Manifest asked, WorkspaceLayout workspace) {
        Trainer trainer = Trainer.below(surroundings.home());
        Screen screen = screen();
        Manifest manifest = new OtherRuns(workspace, trainer, screen::tell).startOf(asked);
        Ending ending;
        try {
            var survey = new Survey(manifest, workspace, trainer.version(), new Notices(screen::warn, screen::tell));
            var bench = new Bench(survey, trainer, surroundings.clock(), surroundings.bell());
            manifest.write(workspace.run());
            var decide = new Decide(surroundings.retries());
            ending = new LocalRun(manifest.spec(), bench, decide, screen, surroundings.bell()).toItsEnd();
        } finally {
            screen.close();
        }
        var status = Status.of(ending.situation(), ending.finish(), stamp());
        try {
            new Results(shown(), new ReportFile(manifest, workspace, surroundings.made(trainer)))
                    .show(ending.situation().plan(), status);
        } catch (Problem e) {
            // How the run ended matters more than its page.
            tell("the report page is not written: " + e.getMessage());
        }
        if (json) {
            print(status);
        }
        return exitCode(ending.finish().verdict(), workspace);
    }

    private Screen screen() {
        Terminal terminal = shown();
        if (quiet) {
            return new Screen.Quiet(surroundings.err());
        }
        return terminal.columns()
                .<Screen>map(columns -> new LiveScreen(terminal, columns))
                .orElseGet(() -> new PlainScreen(terminal, surroundings.clock()));
    }

    /** Where people look: standard output is the program's alone when it asks for JSON. */
    private Terminal shown() {
        return json ? surroundings.err() : surroundings.out();
    }

    private int exitCode(Verdict verdict, WorkspaceLayout workspace) {
        return switch (verdict) {
            case Verdict.Succeeded() -> ExitCode.DONE.code();
            case Verdict.Failed(var stage, var failure) -> {
                tell("%s failed: %s".formatted(stage, failure.message()));
                surroundings.err().out().println("  its log: " + workspace.log(stage));
                yield code(failure.exitCode());
            }
            case Verdict.Halted(var wanted) -> {
                tell(
                        surroundings.bell().stopped()
                                ? "stopped at a checkpoint; run the same command again to go on"
                                : "spec.execution is %s; set it to Running to go on".formatted(wanted));
                yield ExitCode.STOPPED.code();
            }
        };
    }

    private static int code(@Nullable Integer exitCode) {
        return exitCode == null ? ExitCode.DEFECT.code() : ExitCode.toldOf(exitCode);
    }

    private void tell(String line) {
        surroundings.err().out().println(surroundings.err().red("potstill: ") + line);
    }

    private Stamp stamp() {
        return new Stamp(Optional.empty(), surroundings.clock().instant(), List.of());
    }

    private void print(DistillationRunStatus status) {
        surroundings.out().out().println(Json.pretty(status));
    }
}
