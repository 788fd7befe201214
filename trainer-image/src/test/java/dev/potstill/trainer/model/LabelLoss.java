package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.CrossEntropy;
import dev.potstill.trainer.loss.Listed;
import java.util.List;

/** The mean cross-entropy of a label a row, read of the label's logit and the sum of all others, and of all logits. */
final class LabelLoss implements AutoCloseable {
    private final Script script = Script.of("""
            def loss(self, label: Tensor, others: Tensor, scale: float) -> Tensor:
                return (torch.logaddexp(label, others) - label).sum() * scale
            """);

    private final CrossEntropy entropy = new CrossEntropy();

    double listed(LanguageModel model, Tensor hidden, long[] labels) {
        try (Scope scope = Scope.open()) {
            return HeadChunks.backward(
                    model, hidden, new OfLabel(Tensor.of(scope, labels, labels.length, 1)), List.of());
        }
    }

    double all(LanguageModel model, Tensor hidden, long[] labels) {
        try (Scope scope = Scope.open()) {
            Tensor rows = Tensor.of(scope, labels, labels.length);
            return HeadChunks.backward(
                    model,
                    hidden,
                    (local, logits, chunk) -> entropy.of(local, logits, chunk.of(local, rows), 1.0 / labels.length));
        }
    }

    private final class OfLabel implements HeadChunks.ListedLoss {
        private final Tensor labels;

        OfLabel(Tensor labels) {
            this.labels = labels;
        }

        @Override
        public double temperature() {
            return 1;
        }

        @Override
        public Tensor tokens(Scope scope, HeadChunks.Chunk chunk) {
            return chunk.of(scope, labels);
        }

        @Override
        public Tensor of(Scope scope, Listed logits, HeadChunks.Chunk chunk) {
            return script.call(scope, "loss", logits.logits(), logits.others(), 1.0 / labels.size(0));
        }
    }

    @Override
    public void close() {
        script.close();
        entropy.close();
    }
}
