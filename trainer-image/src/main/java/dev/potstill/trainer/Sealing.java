package dev.potstill.trainer;

import dev.potstill.contract.StageOutput;
import dev.potstill.contract.StageReport;
import dev.potstill.contract.Upstream;
import dev.potstill.trainer.run.Warnings;
import dev.potstill.trainer.stage.StageContext;
import dev.potstill.trainer.stage.StageWork;
import java.util.List;

/** Makes what a stage wrote its output, with a report on it. */
final class Sealing {
    private Sealing() {}

    /** @param seconds how long was worked, over all attempts */
    static StageOutput seal(StageContext context, long seconds, StageWork.Made made) {
        Upstream upstream = context.upstream();
        List<String> warned = Warnings.in(context.partial());
        return StageOutput.seal(
                context.workspace(), upstream.input(), digest -> report(upstream, digest, seconds, made, warned));
    }

    private static StageReport report(
            Upstream upstream, String outputDigest, long seconds, StageWork.Made made, List<String> warned) {
        return new StageReport(
                upstream.input().stage(),
                upstream.input().hex(),
                outputDigest,
                seconds,
                made.counts(),
                made.measures(),
                made.scores(),
                made.curves(),
                made.card(),
                warned);
    }
}
