package dev.potstill.cli.report;

import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.StageReport.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What a stage tells of itself, with curves and scores as of a real run. */
final class SampleReport {
    static final String WARNING =
            "spec.data.languages: found 12 % of other languages than English, expected 20 %: there are not enough rows";

    private SampleReport() {}

    static StageReport of(Stage stage) {
        return new StageReport(
                stage,
                "a1b2c3d4e5f6".repeat(5) + "0000",
                "0f9e8d7c6b5a".repeat(5) + "0000",
                switch (stage) {
                    case Data -> 21;
                    case Feature -> 38;
                    case Response -> 104;
                    case Reinforcement -> 55;
                    case Quantization -> 6;
                    case Evaluation -> 44;
                },
                counts(stage),
                Map.of("loss", 0.3127),
                stage == Stage.Evaluation ? scores() : List.of(),
                curves(stage),
                stage == Stage.Data ? SampleCard.card() : null,
                stage == Stage.Data ? List.of(WARNING) : List.of());
    }

    private static List<Point> curve(double from, double to, int steps, long seed) {
        var random = new Random(seed);
        var points = new ArrayList<Point>();
        for (int step = 1; step <= steps; step++) {
            double smooth = to + (from - to) * Math.exp(-4.0 * step / steps);
            points.add(new Point(step, smooth * (1 + 0.05 * random.nextGaussian())));
        }
        return points;
    }

    private static List<Point> sparse(List<Point> points) {
        return points.stream().filter(point -> point.step() % 50 == 0).toList();
    }

    private static Map<String, List<Point>> curves(Stage stage) {
        return switch (stage) {
            case Feature ->
                Map.of("loss.train", curve(1.2, 0.2, 600, 1), "loss.heldOut", sparse(curve(1.25, 0.24, 600, 2)));
            case Response -> Map.of("loss", curve(2.9, 0.31, 1500, 3));
            case Reinforcement -> Map.of("reward", curve(0.4, 0.82, 40, 4), "divergence", curve(0.001, 0.02, 40, 5));
            case Data, Quantization, Evaluation -> Map.of();
        };
    }

    private static Map<String, Long> counts(Stage stage) {
        var counts = new LinkedHashMap<String, Long>();
        if (stage == Stage.Data) {
            counts.put("rows.read", 6000L);
            counts.put("rows.kept", 5321L);
            counts.put("rows.heldOut", 106L);
            counts.put("prompts.distinct", 4907L);
            counts.put("tokens", 412_907L);
            counts.put("graded.base", 3193L);
            counts.put("graded.advanced", 1596L);
            counts.put("graded.challenge", 532L);
            counts.put("dropped.duplicate", 311L);
            counts.put("dropped.noReasoning", 204L);
            counts.put("dropped.tooLong", 58L);
        } else {
            counts.put("steps", 1500L);
            counts.put("trainedParameters", 221_184L);
        }
        return counts;
    }

    private static List<Score> scores() {
        var scores = new ArrayList<Score>();
        add(scores, Suite.WordProblems, "percent", "97.7", "4.3", "97.7", "31.0", "84.7", "86.3", "85.0");
        add(scores, Suite.Perplexity, "perplexity", "1.21", "48.20", "1.21", "2.05", "1.36", "1.39", "1.42");
        add(scores, Suite.Divergence, "nats", "0.000", "3.912", "0.000", "0.881", "0.142", "0.169", "0.187");
        return scores;
    }

    private static void add(
            List<Score> scores, Suite suite, String unit, String teacher, String start, String... values) {
        List<String> models = List.of("Start", "Teacher", "Feature", "Response", "Reinforcement", "Quantization");
        for (int i = 0; i < models.size(); i++) {
            String value = i == 0 ? start : values[i - 1];
            boolean judged = suite == Suite.WordProblems && i >= 4;
            scores.add(new Score(
                    suite, models.get(i), value, unit, teacher, start, 300, judged ? Score.Verdict.Pass : null));
        }
    }
}
