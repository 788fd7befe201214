package dev.potstill.trainer.stage;

import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.train.Rollbacks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the next update depends on beside the tensors, and what the stage reports. */
record PolicyState(
        long step,
        long tokens,
        double klCoefficient,
        long bestStep,
        double bestAccuracy,
        Map<String, List<Point>> curves,
        Rollbacks rollbacks)
        implements Rollbacks.State<PolicyState> {

    @Override
    public PolicyState with(Rollbacks known) {
        return new PolicyState(step, tokens, klCoefficient, bestStep, bestAccuracy, curves, known);
    }

    @Override
    public PolicyState passed() {
        return new PolicyState(step + 1, tokens, klCoefficient, bestStep, bestAccuracy, curves, rollbacks);
    }

    /** Also told of a validation after this step. */
    PolicyState validated(double accuracy) {
        add(curves, "validation", step, accuracy);
        return accuracy > bestAccuracy
                ? new PolicyState(step, tokens, klCoefficient, step, accuracy, curves, rollbacks)
                : this;
    }

    static void add(Map<String, List<Point>> curves, String name, long step, double value) {
        curves.computeIfAbsent(name, any -> new ArrayList<>()).add(new Point(step, value));
    }
}
