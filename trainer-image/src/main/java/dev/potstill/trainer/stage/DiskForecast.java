package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Parts;
import dev.potstill.trainer.estimate.Trained;
import java.util.Map;

/** What a stage is going to write to the workspace, beside what an earlier attempt has written. */
record DiskForecast(Stage stage, Shapes shapes, SignalForecast signals) {

    /** Bytes by what they are for; those of rows only where the rows are known. */
    Map<String, Long> parts() {
        return switch (stage) {
            case Data -> Map.of();
            case Evaluation -> new Parts().and("signals", signals.written()).bytes();
            case Feature -> training(LearnedPart.ofAll(shapes).trained());
            case Response -> training(last(spec().response().unfrozenLayers()));
            case Reinforcement -> {
                // The best weights are a part of each saved state: a third more.
                Trained last = last(spec().reinforcement().unfrozenLayers());
                yield training(new Trained(last.parameters() * 4 / 3, last.type()));
            }
            case Quantization -> {
                WorkInProgress there = there();
                // Half a byte for a weight of a linear layer, and its scales.
                long written = student().config().parameters() - there.student() - there.checkpoints();
                yield new Parts().and("student", Math.max(0, written)).bytes();
            }
        };
    }

    private DistillationRunSpec spec() {
        return shapes.context().spec();
    }

    private ModelSize student() {
        return shapes.student();
    }

    private Trained last(int unfrozen) {
        return LearnedPart.ofLast(shapes, unfrozen).trained();
    }

    private WorkInProgress there() {
        return stage == shapes.context().stage() ? WorkInProgress.of(shapes.context()) : WorkInProgress.NOTHING;
    }

    private Map<String, Long> training(Trained trained) {
        long saved = shapes.keepsAdapter()
                ? trained.parameters()
                : student().config().parameters();
        // The newest is written before the oldest is deleted.
        long checkpoints = trained.checkpoint() * (spec().checkpoint().keep() + 1L);
        WorkInProgress there = there();
        return new Parts()
                .and("student", Math.max(0, saved * student().type().bytes() - there.student()))
                .and("checkpoints", Math.max(0, checkpoints - there.checkpoints()))
                .and("signals", signals.written())
                .bytes();
    }
}
