package dev.potstill.cli.cluster;

import dev.potstill.api.Stage;
import dev.potstill.api.StageStatus;
import dev.potstill.api.StageStatus.Attempts;
import dev.potstill.api.StageStatus.Failure;
import dev.potstill.api.StageStatus.State;
import dev.potstill.cli.screen.StageLines;
import dev.potstill.cli.screen.Terminal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is new in a status since the last look, as lines that stay: each is told once. */
final class StatusLines {
    private final Terminal terminal;
    private final StageLines lines;
    private final Set<Stage> done = EnumSet.noneOf(Stage.class);
    private final Map<Stage, Attempts> attempts = new EnumMap<>(Stage.class);
    private String lastNote = "";

    StatusLines(Terminal terminal) {
        this.terminal = terminal;
        this.lines = new StageLines(terminal);
    }

    List<String> news(ClusterRun run) {
        var news = new ArrayList<String>();
        for (StageStatus stage : run.status().stages()) {
            if (isNew(stage.name(), stage.attempts())) {
                news.addAll(inVain(stage));
            }
            if (stage.output() != null && done.add(stage.name())) {
                news.add(finished(stage));
            }
        }
        boolean waits = run.phase() != Phase.Running && !run.isSettled();
        String note = waits ? run.summary() : "";
        if (!note.isEmpty() && !note.equals(lastNote)) {
            news.add(terminal.dim("  " + note));
        }
        lastNote = note;
        return news;
    }

    private boolean isNew(Stage stage, Attempts now) {
        Attempts before = attempts.put(stage, now);
        return before == null ? now.failed() + now.preempted() > 0 : !before.equals(now);
    }

    private List<String> inVain(StageStatus stage) {
        var told = new ArrayList<String>();
        Failure failure = stage.lastFailure();
        // Of a stage that is done or that failed for good more is told when the run ends.
        if (failure != null && stage.state() != State.Failed && stage.output() == null) {
            told.add("  %s failed (%s): %s"
                    .formatted(StageLines.name(stage.name()), Words.reason(failure), failure.message()));
        } else if (stage.attempts().preempted() > 0 && stage.output() == null) {
            String from = stage.lastCheckpointStep() == null
                    ? "its last checkpoint"
                    : "step %,d".formatted(stage.lastCheckpointStep());
            told.add(terminal.dim("  %s was stopped and goes on from %s".formatted(stage.name(), from)));
        }
        return told;
    }

    private String finished(StageStatus stage) {
        boolean reused = stage.state() == State.Reused;
        return lines.finished(
                reused ? terminal.dim("=") : terminal.green("✔"),
                stage.name(),
                reused ? "reused" : Words.time(stage),
                Words.attempts(stage.attempts()));
    }
}
