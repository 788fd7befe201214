package dev.potstill.pipeline;

import dev.potstill.api.Execution;
import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.contract.Progress;
import dev.potstill.pipeline.Decision.Finish;
import dev.potstill.pipeline.Decision.Start;
import dev.potstill.pipeline.Decision.Stop;
import dev.potstill.pipeline.Decision.Wait;
import dev.potstill.pipeline.Observed.Active;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Finished;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a run stands, in a line for people. */
public final class Summary {
    /** Stages that change the student, the last one first. */
    private static final List<String> TRAINING = Stream.of(Stage.Reinforcement, Stage.Response, Stage.Feature)
            .map(Stage::name)
            .toList();

    private Summary() {}

    static String of(Situation now, Decision decision) {
        return switch (decision) {
            case Start(var stage, var _) -> "%s starts".formatted(stage);
            case Stop(var stage, Execution wanted)
            when wanted == Execution.Running -> "%s is being stopped: the run has changed".formatted(stage);
            case Stop(var stage, var wanted) -> "%s is being stopped (%s)".formatted(stage, wanted);
            case Wait(var why, var _) ->
                now.seen() instanceof Active(var stage, var progress)
                        ? progress.map(Summary::of).orElse(stage + " is at work")
                        : why;
            case Finish(Verdict.Failed(var stage, var failure)) -> "%s failed: %s".formatted(stage, failure.message());
            case Finish(Verdict.Halted(var wanted)) -> halted(now, wanted.name());
            case Finish(Verdict.Succeeded()) -> succeeded(now.plan());
        };
    }

    /** For example {@code 43% · 1.9 loss · ETA 2h10m}. */
    public static String of(Progress progress) {
        var parts = new ArrayList<String>();
        if (progress.steps() > 0) {
            parts.add("%d%%".formatted(100 * progress.step() / progress.steps()));
        } else {
            parts.add(progress.activity());
        }
        loss(progress).ifPresent(loss -> parts.add(decimal(loss) + " loss"));
        Long eta = progress.etaSeconds();
        if (eta != null) {
            parts.add("ETA " + duration(eta));
        }
        return String.join(" · ", parts);
    }

    /** The loss that is minimised: the one named so, or else the first. */
    public static Optional<Double> loss(Progress progress) {
        Double named = progress.losses().get("loss");
        return named == null ? progress.losses().values().stream().findFirst() : Optional.of(named);
    }

    /** About three digits that matter. */
    public static String decimal(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.1 || size == 0 ? "%.3f" : "%.4f";
        if (size > 0 && size < 0.001) {
            format = "%.1e";
        }
        return String.format(Locale.ROOT, format, value);
    }

    /** For example {@code 2h10m}, {@code 4m12s}, {@code 12s}. */
    public static String duration(long seconds) {
        if (seconds >= 3600) {
            return "%dh%02dm".formatted(seconds / 3600, seconds % 3600 / 60);
        }
        return seconds >= 60 ? "%dm%02ds".formatted(seconds / 60, seconds % 60) : seconds + "s";
    }

    private static String halted(Situation now, String wanted) {
        Optional<Stage> next = now.plan().next();
        return next.map(stage -> "%s before %s is done".formatted(wanted, stage.name()))
                .orElse(wanted);
    }

    private static String succeeded(Plan plan) {
        long seconds = plan.stages().stream()
                .map(Planned::standing)
                .mapToLong(standing ->
                        standing instanceof Finished made ? made.report().seconds() : 0)
                .sum();
        String scores = ofStudent(plan.scores()).stream()
                .limit(3)
                .map(score -> score.suite() + " " + valueAndUnit(score))
                .collect(Collectors.joining(" · "));
        return scores.isEmpty() ? "done in " + duration(seconds) : scores + " · " + duration(seconds);
    }

    /** The student's first score, for example {@code GSM8K 81.2% (teacher 89.9%)}. */
    static Optional<String> score(List<Score> scores) {
        return ofStudent(scores).stream().findFirst().map(score -> {
            String teacher = score.teacher();
            String own = score.suite() + " " + valueAndUnit(score);
            return teacher == null ? own : "%s (teacher %s)".formatted(own, valueAndUnit(score, teacher));
        });
    }

    /** For example {@code 81.2%}, {@code 0.142 nats}; a suite named as its unit is said once. */
    public static String valueAndUnit(Score score) {
        return valueAndUnit(score, score.value());
    }

    private static String valueAndUnit(Score score, String value) {
        if (score.unit().equals("percent") || score.unit().equals("%")) {
            return value + "%";
        }
        boolean said = score.unit().isEmpty()
                || score.unit().equalsIgnoreCase(score.suite().name());
        return said ? value : value + " " + score.unit();
    }

    /** The model that a run is about: the student as the last training stage left it, or else the last one scored. */
    public static Optional<String> student(List<String> models) {
        return TRAINING.stream()
                .filter(models::contains)
                .findFirst()
                .or(() -> models.isEmpty() ? Optional.empty() : Optional.of(models.getLast()));
    }

    private static List<Score> ofStudent(List<Score> scores) {
        String student =
                student(scores.stream().map(Score::model).distinct().toList()).orElse("");
        return scores.stream().filter(score -> score.model().equals(student)).toList();
    }
}
