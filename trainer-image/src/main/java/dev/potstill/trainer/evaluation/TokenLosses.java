package dev.potstill.trainer.evaluation;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import java.util.Arrays;

/** What a model's next-token distributions cost, token by token, in nats and over the full vocabulary. */
final class TokenLosses implements AutoCloseable {
    /** Logits held at once: 32 MiB in fp32, whatever the vocabulary. */
    private static final long CHUNK_LOGITS = 1L << 23;

    private final long chunkLogits;
    private final Script script = Script.of("""
            def log_likelihood(self, z: Tensor) -> Tensor:
                return torch.log_softmax(z.float(), -1)

            def likelihood(self, z: Tensor, targets: Tensor) -> Tensor:
                return -self.log_likelihood(z).gather(1, targets.unsqueeze(1)).squeeze(1)

            def divergence(self, z: Tensor, z_p: Tensor) -> Tensor:
                lq = self.log_likelihood(z)
                lp = self.log_likelihood(z_p)
                return (lp.exp() * (lp - lq)).sum(-1)
            """);

    TokenLosses() {
        this(CHUNK_LOGITS);
    }

    TokenLosses(long chunkLogits) {
        this.chunkLogits = chunkLogits;
    }

    /** Final hidden states [M, width] and the model that makes logits of them. */
    record Predictions(Tensor states, LanguageModel model) {
        private Tensor logits(Scope scope, long from, long count) {
            return model.logits(scope, Ops.narrow(scope, states, 0, from, count));
        }
    }

    /** −log q(target) [M]. */
    double[] likelihood(Predictions model, long[] targets) {
        return inChunks(model, (scope, from, count) -> {
            long[] part = Arrays.copyOfRange(targets, from, from + count);
            return script.call(scope, "likelihood", model.logits(scope, from, count), Tensor.of(scope, part, count));
        });
    }

    /** KL(p ‖ q) of the teacher's distributions p and the model's q [M]. */
    double[] divergence(Predictions teacher, Predictions model) {
        return inChunks(
                model,
                (scope, from, count) -> script.call(
                        scope, "divergence", model.logits(scope, from, count), teacher.logits(scope, from, count)));
    }

    @FunctionalInterface
    private interface Chunk {
        Tensor losses(Scope scope, int from, int count);
    }

    private double[] inChunks(Predictions model, Chunk chunk) {
        int rows = Math.toIntExact(model.states.size(0));
        int step = (int) Math.clamp(chunkLogits / model.model.config().vocabulary(), 1, Integer.MAX_VALUE);
        double[] losses = new double[rows];
        for (int from = 0; from < rows; from += step) {
            try (Scope scope = Scope.open()) {
                float[] part =
                        chunk.losses(scope, from, Math.min(step, rows - from)).floats();
                for (int i = 0; i < part.length; i++) {
                    losses[from + i] = part[i];
                }
            }
        }
        return losses;
    }

    @Override
    public void close() {
        script.close();
    }
}
