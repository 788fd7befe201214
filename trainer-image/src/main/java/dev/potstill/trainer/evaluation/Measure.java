package dev.potstill.trainer.evaluation;

import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** What a suite's score is a number of. */
enum Measure {
    /** Percent of questions answered right. */
    ACCURACY("%", true),

    /** exp of the mean negative log-likelihood of answer tokens; a number without a unit. */
    PERPLEXITY("", false),

    /** Mean KL(teacher ‖ model) of answer tokens. */
    DIVERGENCE("nats", false);

    private final String unit;
    private final boolean moreIsBetter;

    Measure(String unit, boolean moreIsBetter) {
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
    }

    static Measure of(Suite suite) {
        return switch (suite) {
            case WordProblems, GSM8K -> ACCURACY;
            case Perplexity -> PERPLEXITY;
            case Divergence -> DIVERGENCE;
            case HumanEval, MMLU, LongSummary, MultiTurn, Toxicity, Latency ->
                throw Problem.rejected("spec.evaluation.suites: found " + suite
                        + ", expected WordProblems, GSM8K, Perplexity or Divergence; this trainer scores no others");
        };
    }

    String unit() {
        return unit;
    }

    /** The score for people: percent to a tenth, perplexity to three digits, nats to four decimals. */
    String text(double value) {
        BigDecimal exact = BigDecimal.valueOf(value);
        return switch (this) {
            case ACCURACY -> exact.setScale(1, RoundingMode.HALF_UP).toPlainString();
            case PERPLEXITY -> threeDigits(exact).toPlainString();
            case DIVERGENCE -> exact.setScale(4, RoundingMode.HALF_UP).toPlainString();
        };
    }

    private static BigDecimal threeDigits(BigDecimal exact) {
        BigDecimal rounded = exact.round(new MathContext(3, RoundingMode.HALF_UP));
        int beforeThePoint = rounded.precision() - rounded.scale();
        return rounded.setScale(Math.max(0, 3 - beforeThePoint), RoundingMode.UNNECESSARY);
    }

    /** Whether a score is no worse than a bound. */
    boolean holds(double value, double bound) {
        return moreIsBetter ? value >= bound : value <= bound;
    }

    /** What a score must be to reach a percentage of the teacher's; where less is better, half as good is twice as much. */
    double share(double teacher, int percent) {
        return moreIsBetter ? teacher * percent / 100 : teacher * 100 / percent;
    }
}
