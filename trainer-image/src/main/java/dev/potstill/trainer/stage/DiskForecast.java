package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.ByteSize;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Parts;
import dev.potstill.trainer.estimate.Trained;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.Teacher;
import java.util.Map;

/** What a stage is going to write to the workspace. */
record DiskForecast(Stage stage, Shapes shapes) {

    /** Bytes by what they are for; those of rows only where the rows are known. */
    Map<String, Long> parts() {
        return switch (stage) {
            case Data, Evaluation -> Map.of();
            case Feature -> training(LearnedPart.ofAll(shapes).trained(), hidden());
            case Response -> training(last(spec().response().unfrozenLayers()), top() + frozen());
            case Reinforcement -> {
                // The best weights are a part of each saved state: a third more.
                Trained last = last(spec().reinforcement().unfrozenLayers());
                yield training(new Trained(last.parameters() * 4 / 3, last.type()), 0);
            }
            // Half a byte for a weight of a linear layer, and its scales.
            case Quantization ->
                new Parts().and("student", student().config().parameters()).bytes();
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

    private Map<String, Long> training(Trained trained, long signals) {
        long saved = shapes.keepsAdapter()
                ? trained.parameters()
                : student().config().parameters();
        // The newest is written before the oldest is deleted.
        long checkpoints = trained.checkpoint() * (spec().checkpoint().keep() + 1L);
        long cache = ByteSize.parse(spec().workspace().cacheSize());
        return new Parts()
                .and("student", saved * student().type().bytes())
                .and("checkpoints", checkpoints)
                .and("signals", Math.min(signals, cache))
                .bytes();
    }

    private long hidden() {
        return shapes.tokens(stage)
                * shapes.teacherWidth()
                * shapes.followed()
                * student().type().bytes();
    }

    private long top() {
        int vocabulary = student().config().vocabulary();
        int k = Math.min(spec().response().topK(), vocabulary);
        long row = Teacher.topColumns(k, vocabulary).stream()
                .mapToLong(Column::rowBytes)
                .sum();
        return shapes.targets(stage) * row;
    }

    private long frozen() {
        boolean any =
                LearnedPart.ofLast(shapes, spec().response().unfrozenLayers()).from() > 0;
        return any
                ? shapes.tokens(stage)
                        * student().config().width()
                        * student().type().bytes()
                : 0;
    }
}
