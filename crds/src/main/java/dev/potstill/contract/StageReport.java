package dev.potstill.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a finished stage tells: {@code report.json} in its output folder, and, shortened to 4,096 bytes, the pod's termination
 * message.
 *
 * @param stage the stage
 * @param inputDigest what it was made from
 * @param outputDigest what it made
 * @param seconds how long it worked, over all attempts that ended at a checkpoint
 * @param counts whole numbers by name: steps, tokens, …; a name with a dot is of a group that is shown together: rows.kept,
 *     dropped.duplicate
 * @param measures real numbers by name, grouped likewise: loss, perplexity, …
 * @param scores scores, of the evaluation stage; a score's model is Start, Teacher, or the stage that made it
 * @param curves series for the report page, by name; those of a group share a chart: loss.train, loss.heldOut. Left out of the
 *     termination message
 * @param card of the data stage, what its set is made of; null of the others, and left out of the termination message
 * @param warnings what the user should know but need not mend; left out of the termination message
 */
public record StageReport(
        Stage stage,
        String inputDigest,
        String outputDigest,
        long seconds,
        Map<String, Long> counts,
        Map<String, Double> measures,
        List<Score> scores,
        Map<String, List<Point>> curves,
        @Nullable DataCard card,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {
    public static final String NAME = "report.json";

    /** The count of rows that the data stage has made for training. */
    public static final String ROWS_KEPT = "rows.kept";

    public StageReport {
        counts = new LinkedHashMap<>(counts);
        measures = new LinkedHashMap<>(measures);
        scores = List.copyOf(scores);
        curves = new LinkedHashMap<>(curves);
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }

    /** Of a stage that has no card and no warnings. */
    public StageReport(
            Stage stage,
            String inputDigest,
            String outputDigest,
            long seconds,
            Map<String, Long> counts,
            Map<String, Double> measures,
            List<Score> scores,
            Map<String, List<Point>> curves) {
        this(stage, inputDigest, outputDigest, seconds, counts, measures, scores, curves, null, List.of());
    }

    /** A point of a curve: optimiser step and value. */
    public record Point(long step, double value) {}

    /** This report with less in it, and without curves, card and warnings. */
    StageReport with(Map<String, Long> fewerCounts, Map<String, Double> fewerMeasures, List<Score> fewerScores) {
        return new StageReport(
                stage, inputDigest, outputDigest, seconds, fewerCounts, fewerMeasures, fewerScores, Map.of());
    }
}
