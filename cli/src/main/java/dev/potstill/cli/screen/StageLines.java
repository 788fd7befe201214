package dev.potstill.cli.screen;

import dev.potstill.api.Stage;
import dev.potstill.cli.report.Words;
import dev.potstill.contract.Progress;
import dev.potstill.contract.StageReport;
import dev.potstill.pipeline.Decision;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Situation;
import dev.potstill.pipeline.Standing.Finished;
import dev.potstill.pipeline.Standing.ToRun;
import dev.potstill.pipeline.Summary;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lines about stages that stay: each is told once. */
public final class StageLines {
    private static final String NAME = "%-14s";

    private final Terminal terminal;
    private final Set<Stage> told = EnumSet.noneOf(Stage.class);
    private String lastNote = "";

    public StageLines(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What is new since the last time. */
    List<String> news(Situation now, Decision decision) {
        var lines = new ArrayList<String>();
        for (Planned planned : now.plan().stages()) {
            if (planned.standing() instanceof Finished made && told.add(planned.stage())) {
                lines.add(finished(made));
            }
        }
        String note = note(now, decision);
        if (!note.isEmpty() && !note.equals(lastNote)) {
            lines.add(terminal.dim(note));
        }
        lastNote = note;
        return lines;
    }

    public static String name(Stage stage) {
        return NAME.formatted(stage);
    }

    private String finished(Finished made) {
        StageReport report = made.report();
        String time = made.reused() ? "reused" : Summary.duration(report.seconds());
        String mark = made.reused() ? terminal.dim("=") : terminal.green("✔");
        return finished(mark, report.stage(), time, told(report));
    }

    /** A stage that is done. */
    public String finished(String mark, Stage stage, String time, String told) {
        return "%s %s %7s  %s"
                .formatted(mark, name(stage), time, terminal.dim(told))
                .stripTrailing();
    }

    /** The numbers of a report that tell most. */
    private static String told(StageReport report) {
        return Stream.of(
                        count(report, StageReport.ROWS_KEPT),
                        count(report, "rows.heldOut"),
                        count(report, "updates"),
                        count(report, "steps"),
                        count(report, "tokens"),
                        count(report, "calibrationRows"),
                        measure(report, "loss.last"),
                        measure(report, "validation.best"))
                .flatMap(Optional::stream)
                .limit(3)
                .collect(Collectors.joining(" · "));
    }

    private static Optional<String> count(StageReport report, String name) {
        return Optional.ofNullable(report.counts().get(name))
                .map(count -> Words.of(name.replace('.', ' ')) + " " + Words.whole(count));
    }

    private static Optional<String> measure(StageReport report, String name) {
        return Optional.ofNullable(report.measures().get(name))
                .map(value -> Words.of(name.replace('.', ' ')) + " " + Summary.decimal(value));
    }

    private static String note(Situation now, Decision decision) {
        return switch (decision) {
            case Start(var stage, var attempt) -> starting(now, stage, attempt);
            case Stop(var stage, var _) -> "  Stopping: %s saves a checkpoint".formatted(stage);
            case Wait(var why, var _) -> now.seen() instanceof Active ? "" : "  " + why;
            case Decision.Finish _ -> "";
        };
    }

    private static String starting(Situation now, Stage stage, int attempt) {
        return now.plan().stages().stream()
                .filter(planned -> planned.stage() == stage)
                .map(planned -> planned.standing() instanceof ToRun(var _, var step) && step.isPresent()
                        ? "  %s goes on from step %,d".formatted(stage, step.getAsInt())
                        : attempt > 0 ? "  %s starts again".formatted(stage) : "")
                .findFirst()
                .orElse("");
    }

    /** How far a stage is, as parts of which the last may be left out. */
    static List<String> parts(Progress progress) {
        var parts = new ArrayList<String>();
        if (progress.steps() > 0) {
            parts.add("%,d/%,d".formatted(progress.step(), progress.steps()));
        }
        Long eta = progress.etaSeconds();
        if (eta != null) {
            parts.add("ETA " + Summary.duration(eta));
        }
        Summary.loss(progress).ifPresent(loss -> parts.add("loss " + Summary.decimal(loss)));
        if (progress.tokensPerSecond() > 0) {
            parts.add("%,.0f tokens/s".formatted(progress.tokensPerSecond()));
        }
        parts.add(progress.activity());
        return parts;
    }
}
