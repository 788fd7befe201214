package dev.potstill.cli.report;

import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.pipeline.Plan;
import dev.potstill.pipeline.Plan.Planned;
import dev.potstill.pipeline.Standing.Finished;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the models of a run scored, and how long each stage worked.
 *
 * @param secondsByStage of the stages that are done
 */
public record Scores(List<Score> all, SortedMap<Stage, Long> secondsByStage) {
    /** In the order they come to be. */
    private static final List<String> ORDER =
            List.of("Start", "Teacher", "Feature", "Response", "Reinforcement", "Student", "Quantization", "Quantized");

    private static final Set<Suite> LESS_IS_BETTER = EnumSet.of(Suite.Perplexity, Suite.Divergence, Suite.Latency);

    public Scores {
        all = List.copyOf(all);
        secondsByStage = new TreeMap<>(secondsByStage);
    }

    public static Scores of(Plan plan) {
        var seconds = new TreeMap<Stage, Long>();
        for (Planned planned : plan.stages()) {
            if (planned.standing() instanceof Finished made) {
                seconds.put(planned.stage(), made.report().seconds());
            }
        }
        return new Scores(plan.scores(), seconds);
    }

    public List<Suite> suites() {
        return all.stream().map(Score::suite).distinct().sorted().toList();
    }

    public List<String> models() {
        return all.stream()
                .map(Score::model)
                .distinct()
                .sorted(Comparator.comparingInt(Scores::rank))
                .toList();
    }

    /** A model of another name stands after those of known ones. */
    private static int rank(String model) {
        int rank = ORDER.indexOf(model);
        return rank < 0 ? ORDER.size() : rank;
    }

    public Optional<Score> score(String model, Suite suite) {
        return all.stream()
                .filter(score -> score.model().equals(model) && score.suite() == suite)
                .findFirst();
    }

    public String unit(Suite suite) {
        return all.stream()
                .filter(score -> score.suite() == suite)
                .map(Score::unit)
                .findFirst()
                .orElse("");
    }

    public static boolean isLessBetter(Suite suite) {
        return LESS_IS_BETTER.contains(suite);
    }

    /** How long the stage worked that made this model. */
    public Optional<Long> seconds(String model) {
        return secondsByStage.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(model)
                        || (entry.getKey() == Stage.Quantization && model.equals("Quantized")))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    public long secondsInAll() {
        return secondsByStage.values().stream().mapToLong(Long::longValue).sum();
    }

    public List<Score> missed() {
        return all.stream()
                .filter(score -> score.verdict() == Score.Verdict.Fail)
                .toList();
    }
}
