package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The head a chunk of tokens at a time, so that logits of all tokens, [N, vocabulary], never exist at once. */
public final class HeadChunks {
    /** Logits held at once: 64 MiB in fp32. */
    private static final long LOGITS = 1L << 24;

    private HeadChunks() {}

    /** Some rows of tensors that have one row a token. */
    public record Chunk(long from, long count) {
        public Tensor of(Scope scope, Tensor rows) {
            return Ops.narrow(scope, rows, 0, from, count);
        }
    }

    /** A loss of some tokens' logits, scaled so that chunks add up. */
    @FunctionalInterface
    public interface Loss {
        Tensor of(Scope scope, Tensor logits, Chunk chunk);
    }

    /** Tokens whose logits are held at once. */
    public static long rows(int vocabulary) {
        return Math.max(1, LOGITS / vocabulary);
    }

    public static List<Chunk> of(LanguageModel model, long rows) {
        long step = rows(model.config().vocabulary());
        List<Chunk> chunks = new ArrayList<>();
        for (long from = 0; from < rows; from += step) {
            chunks.add(new Chunk(from, Math.min(step, rows - from)));
        }
        return chunks;
    }

    /** The loss over normed hidden states [N, width], whose gradient is put through to what they were computed from. */
    public static double backward(LanguageModel model, Tensor hidden, Loss loss) {
        return backward(model, hidden, loss, List.of());
    }

    /** The same, together with other terms of the same computation; gives the loss without them. */
    public static double backward(LanguageModel model, Tensor hidden, Loss loss, List<Tensor> others) {
        try (Scope scope = Scope.open()) {
            Tensor leaf = Ops.detach(scope, hidden).requireGrad();
            Tensor one = Tensor.scalar(scope, 1);
            double sum = 0;
            for (Chunk chunk : of(model, leaf.size(0))) {
                try (Scope local = Scope.open()) {
                    Tensor logits = model.logits(local, chunk.of(local, leaf));
                    Tensor part = loss.of(local, logits, chunk);
                    part.backward(one);
                    sum += part.item();
                }
            }
            if (others.isEmpty()) {
                hidden.backward(leaf.grad(scope));
            } else {
                // One pass: the graph is gone after it. The gradient of hidden · g is g.
                List<Tensor> terms = new ArrayList<>(others);
                terms.add(Ops.dot(scope, hidden, leaf.grad(scope)));
                Ops.sum(scope, terms).backward(one);
            }
            return sum;
        }
    }
}
