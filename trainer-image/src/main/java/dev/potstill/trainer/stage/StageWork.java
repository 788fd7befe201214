package dev.potstill.trainer.stage;

import dev.potstill.api.Score;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.StageReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The work of one stage: fills {@link StageContext#out} and tells what came of it. */
public interface StageWork {

    /**
     * Does the work, from where an earlier attempt left off.
     *
     * @throws dev.potstill.contract.Problem where the user must mend something
     * @throws dev.potstill.trainer.run.Stopped where it was asked to stop and has saved its state
     */
    Made make(StageContext context);

    /**
     * What a stage tells of its output, beside the files.
     *
     * @param card of the data stage alone
     */
    record Made(
            Map<String, Long> counts,
            Map<String, Double> measures,
            List<Score> scores,
            Map<String, List<StageReport.Point>> curves,
            @Nullable DataCard card) {

        public Made(
                Map<String, Long> counts,
                Map<String, Double> measures,
                List<Score> scores,
                Map<String, List<StageReport.Point>> curves) {
            this(counts, measures, scores, curves, null);
        }

        public static Made of(Map<String, Long> counts, Map<String, Double> measures) {
            return new Made(counts, measures, List.of(), Map.of());
        }
    }
}
