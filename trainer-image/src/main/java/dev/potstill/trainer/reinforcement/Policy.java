package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.PolicyLoss;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.LayerPass;
import dev.potstill.trainer.model.Packed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A model seen as a policy: for answers, the hidden states, labels and log probabilities of their tokens. */
public final class Policy {
    private final LanguageModel model;
    private final PolicyLoss loss;
    private final int rows;

    /** @param rows answers of one forward pass at most */
    public Policy(LanguageModel model, PolicyLoss loss, int rows) {
        this.model = model;
        this.loss = loss;
        this.rows = rows;
    }

    /** Answers as many at a time as go through the model together. */
    List<List<Rollout>> parts(List<Rollout> rollouts) {
        List<List<Rollout>> parts = new ArrayList<>();
        for (int from = 0; from < rollouts.size(); from += rows) {
            parts.add(rollouts.subList(from, Math.min(rollouts.size(), from + rows)));
        }
        return parts;
    }

    /**
     * Answers as the model has read them.
     *
     * @param hidden normed hidden states before each answer token [M, width], one answer after the other
     * @param pass to put gradients through
     */
    record Read(Tensor hidden, LayerPass pass) {}

    Read read(Scope scope, List<Rollout> rollouts) {
        LayerPass pass = new LayerPass(
                model,
                scope,
                model.pack(scope, rollouts.stream().map(Rollout::tokens).toList()));
        Packed batch = pass.batch();
        Tensor last =
                pass.through(model.embed(scope, batch.ids()), 0, model.config().layers());
        Tensor hidden = model.norm(scope, last);
        long[] at = new long[Math.toIntExact(count(rollouts))];
        int n = 0;
        for (int r = 0; r < rollouts.size(); r++) {
            Rollout rollout = rollouts.get(r);
            for (int t = 0; t < rollout.answer().length; t++) {
                at[n++] = batch.starts()[r] + (long) rollout.prompt().length + t - 1;
            }
        }
        return new Read(Ops.rows(scope, hidden, Tensor.of(scope, at, at.length)), pass);
    }

    /** The answers' tokens [M]. */
    static Tensor labels(Scope scope, List<Rollout> rollouts) {
        long[] labels = rollouts.stream()
                .flatMapToInt(rollout -> Arrays.stream(rollout.answer()))
                .asLongStream()
                .toArray();
        return Tensor.of(scope, labels, labels.length);
    }

    private static long count(List<Rollout> rollouts) {
        return rollouts.stream().mapToLong(rollout -> rollout.answer().length).sum();
    }

    /** Log probabilities of every answer's tokens. */
    List<double[]> logProbabilities(List<Rollout> rollouts, Tensor hidden) {
        try (Scope scope = Scope.open()) {
            Tensor labels = labels(scope, rollouts);
            List<Tensor> parts = new ArrayList<>();
            for (HeadChunks.Chunk chunk : HeadChunks.of(model, hidden.size(0))) {
                try (Scope local = Scope.open()) {
                    Tensor logits = model.logits(local, chunk.of(local, hidden));
                    parts.add(scope.adopt(loss.logProbabilities(local, logits, chunk.of(local, labels))));
                }
            }
            return split(rollouts, Ops.cat(scope, parts, 0));
        }
    }

    /** Log probabilities of every answer's tokens, from their beginning. */
    public List<double[]> logProbabilities(List<Rollout> rollouts) {
        List<double[]> all = new ArrayList<>();
        for (List<Rollout> some : parts(rollouts)) {
            try (Scope scope = Scope.open()) {
                all.addAll(logProbabilities(some, read(scope, some).hidden()));
            }
        }
        return all;
    }

    /** Adds the gradient of the clipped policy loss of answers; gives the loss. */
    double loss(Read read, Experience some, double scale) {
        try (Scope scope = Scope.open()) {
            Tensor labels = labels(scope, some.rollouts());
            Tensor old = join(scope, some.column(Experience.Judged::old));
            Tensor gains = join(scope, some.column(Experience.Judged::advantages));
            double value = HeadChunks.backward(
                    model,
                    read.hidden(),
                    (local, logits, chunk) -> loss.policy(
                            local,
                            logits,
                            chunk.of(local, labels),
                            chunk.of(local, old),
                            chunk.of(local, gains),
                            scale));
            read.pass().backward();
            return value;
        }
    }

    public LanguageModel model() {
        return model;
    }

    /** Values [M] as one array an answer. */
    static List<double[]> split(List<Rollout> rollouts, Tensor values) {
        float[] all = values.floats();
        List<double[]> rows = new ArrayList<>();
        int at = 0;
        for (Rollout rollout : rollouts) {
            double[] row = new double[rollout.answer().length];
            for (int t = 0; t < row.length; t++) {
                row[t] = all[at++];
            }
            rows.add(row);
        }
        return rows;
    }

    /** One array an answer as values [M]. */
    static Tensor join(Scope scope, List<double[]> rows) {
        int count = rows.stream().mapToInt(row -> row.length).sum();
        float[] all = new float[count];
        int at = 0;
        for (double[] row : rows) {
            for (double value : row) {
                all[at++] = (float) value;
            }
        }
        return Tensor.of(scope, all, count);
    }
}
