package dev.potstill.trainer.stage;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.NextTokenDivergence;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.train.Objective;
import dev.potstill.trainer.train.TrainingSet;
import java.util.Arrays;
import java.util.Map;

/** The divergence of the student's next-token distribution from the teacher's, averaged over answer tokens. */
final class ResponseObjective implements Objective {
    private final LanguageModel model;
    private final TrainingSet set;
    private final SignalStore teacher;
    private final ResponseStage.FrozenLayers below;
    private final NextTokenDivergence loss;

    ResponseObjective(
            LanguageModel model,
            TrainingSet set,
            SignalStore teacher,
            ResponseStage.FrozenLayers below,
            NextTokenDivergence loss) {
        this.model = model;
        this.set = set;
        this.teacher = teacher;
        this.below = below;
        this.loss = loss;
    }

    @Override
    public int units(int sample) {
        return set.targets(sample);
    }

    @Override
    public int tokens(int sample) {
        return set.tokens(sample);
    }

    @Override
    public Map<String, Double> accumulate(int[] samples, long units) {
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open()) {
                Packed batch = model.pack(
                        scope, Arrays.stream(samples).mapToObj(set::ids).toList());
                Tensor x = below.states(scope, batch, samples);
                Tensor last = model.forward(
                        scope, x, batch, below.count(), model.config().layers());
                Tensor hidden = Ops.rows(scope, model.norm(scope, last), Teacher.targets(scope, batch, set, samples));
                Tensor values = teacher.rows(scope, Teacher.VALUES, samples);
                Tensor ids = teacher.rows(scope, Teacher.IDS, samples);
                Tensor logSum = teacher.rows(scope, Teacher.LOG_SUM, samples);
                double sum = HeadChunks.backward(
                        model,
                        hidden,
                        (local, logits, chunk) -> loss.of(
                                local,
                                logits,
                                chunk.of(local, values),
                                chunk.of(local, ids),
                                chunk.of(local, logSum),
                                1.0 / units));
                return Map.of("loss", sum);
            }
        });
    }

    @Override
    public void close() {
        loss.close();
    }
}
