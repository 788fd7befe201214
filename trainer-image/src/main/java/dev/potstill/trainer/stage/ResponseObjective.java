package dev.potstill.trainer.stage;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.NextTokenDivergence;
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
    /** Logits held at once: 64 MiB in fp32, whatever the vocabulary. */
    private static final long CHUNK_LOGITS = 1L << 24;

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
                Tensor leaf = Ops.detach(scope, hidden).requireGrad();
                double sum = head(leaf, samples, 1.0 / units);
                hidden.backward(leaf.grad(scope));
                return Map.of("loss", sum);
            }
        });
    }

    /** The loss and its gradient at {@code leaf} [M, width], a chunk of tokens at a time: [M, vocabulary] never exists. */
    private double head(Tensor leaf, int[] samples, double scale) {
        try (Scope scope = Scope.open()) {
            Tensor values = teacher.rows(scope, Teacher.VALUES, samples);
            Tensor ids = teacher.rows(scope, Teacher.IDS, samples);
            Tensor logSum = teacher.rows(scope, Teacher.LOG_SUM, samples);
            Tensor one = Tensor.scalar(scope, 1);
            long rows = leaf.size(0);
            long step = Math.max(1, CHUNK_LOGITS / model.config().vocabulary());
            double sum = 0;
            for (long from = 0; from < rows; from += step) {
                try (Scope chunk = Scope.open()) {
                    long count = Math.min(step, rows - from);
                    Tensor logits = model.logits(chunk, Ops.narrow(chunk, leaf, 0, from, count));
                    Tensor part = loss.of(
                            chunk,
                            logits,
                            Ops.narrow(chunk, values, 0, from, count),
                            Ops.narrow(chunk, ids, 0, from, count),
                            Ops.narrow(chunk, logSum, 0, from, count),
                            scale);
                    part.backward(one);
                    sum += part.item();
                }
            }
            return sum;
        }
    }

    @Override
    public void close() {
        loss.close();
    }
}
