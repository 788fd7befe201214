package dev.potstill.trainer.stage;

import dev.potstill.api.Score;
import dev.potstill.contract.StageReport;
import java.util.List;
import java.util.Map;

/** The work of one stage: fills {@link StageContext#out} and tells what came of it. */
public interface StageWork {

    /**
     * Does the work, from where an earlier attempt left off.
     *
     * @throws dev.potstill.contract.Problem where the user must mend something
     * @throws dev.potstill.trainer.run.Stopped where it was asked to stop and has saved its state
     */
    Made make(StageContext context);

    /** What a stage tells of its output, beside the files. */
    record Made(
            Map<String, Long> counts,
            Map<String, Double> measures,
            List<Score> scores,
            Map<String, List<StageReport.Point>> curves) {

        public static Made of(Map<String, Long> counts, Map<String, Double> measures) {
            return new Made(counts, measures, List.of(), Map.of());
        }
    }
}
