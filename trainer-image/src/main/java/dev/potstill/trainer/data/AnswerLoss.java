package dev.potstill.trainer.data;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.text.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How surprised a model is by answers. Its exponential is the perplexity. */
public final class AnswerLoss implements AutoCloseable {
    /** Logits held at once: 64 MiB in fp32, whatever the vocabulary. */
    private static final long CHUNK_LOGITS = 1L << 24;

    private final LanguageModel model;
    private final Script script = Script.of("""
            def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
                z = logits.float()
                return torch.logsumexp(z, -1) - z.gather(1, targets.unsqueeze(1)).squeeze(1)
            """);

    public AnswerLoss(LanguageModel model) {
        this.model = model;
    }

    /**
     * Of each conversation the mean negative log-likelihood of its answers' tokens, in nats, each given all before it. The rows go
     * through the model as one packed batch; NaN where a row has no answer.
     */
    public double[] of(List<Encoded> rows) {
        try (Scope scope = Scope.open()) {
            Packed batch = model.pack(scope, rows.stream().map(Encoded::ids).toList());
            Tensor hidden = model.forward(scope, batch);
            float[] losses = losses(scope, hidden, targets(rows, batch));
            double[] means = new double[rows.size()];
            for (int r = 0, n = 0; r < means.length; r++) {
                int count = targets(rows.get(r));
                double sum = 0;
                for (int i = 0; i < count; i++) {
                    sum += losses[n++];
                }
                means[r] = count == 0 ? Double.NaN : sum / count;
            }
            return means;
        }
    }

    /** Where the tokens before the answers' tokens stand in the batch, and what comes next [M]. */
    private record Targets(long[] at, long[] next) {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private static int targets(Encoded row) {
        return row.answerTokens() - (row.ids().length > 0 && row.answer()[0] ? 1 : 0);
    }

    private static Targets targets(List<Encoded> rows, Packed batch) {
        List<Long> at = new ArrayList<>();
        List<Long> next = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            Encoded row = rows.get(r);
            for (int t = 1; t < row.ids().length; t++) {
                if (row.answer()[t]) {
                    at.add(batch.starts()[r] + t - 1L);
                    next.add((long) row.ids()[t]);
                }
            }
        }
        return new Targets(
                at.stream().mapToLong(Long::longValue).toArray(),
                next.stream().mapToLong(Long::longValue).toArray());
    }

    private float[] losses(Scope scope, Tensor hidden, Targets targets) {
        int count = targets.at().length;
        float[] losses = new float[count];
        int step = Math.toIntExact(Math.max(1, CHUNK_LOGITS / model.config().vocabulary()));
        for (int from = 0; from < count; from += step) {
            int length = Math.min(step, count - from);
            try (Scope chunk = Scope.open()) {
                Tensor at = Tensor.of(chunk, Arrays.copyOfRange(targets.at(), from, from + length), length);
                Tensor x = model.norm(chunk, Ops.rows(chunk, hidden, at));
                float[] part = of(chunk, x, Arrays.copyOfRange(targets.next(), from, from + length));
                System.arraycopy(part, 0, losses, from, length);
            }
        }
        return losses;
    }

    /** The negative log-likelihood of each next token [M] by normed hidden states [M, width]. */
    public float[] of(Scope scope, Tensor x, long[] next) {
        Tensor targets = Tensor.of(scope, next, next.length);
        return script.call(scope, "loss", model.logits(scope, x), targets).floats();
    }

    @Override
    public void close() {
        script.close();
    }
}
