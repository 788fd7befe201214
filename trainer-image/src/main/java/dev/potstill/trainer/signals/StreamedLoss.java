package dev.potstill.trainer.signals;

import dev.potstill.trainer.data.AnswerLoss;
import dev.potstill.trainer.engine.NativeHeap;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.train.TrainingSet;
import java.util.Arrays;
import java.util.List;

/** How surprised a model is by answers, of which one layer is in memory at a time: blocks of many rows pass each. */
public final class StreamedLoss implements AutoCloseable {
    private final LanguageModel model;
    private final long blockTokens;
    private final AnswerLoss loss;

    /** @param memory bytes in all */
    public StreamedLoss(LanguageModel model, long memory) {
        this.model = model;
        this.blockTokens = Ascent.blockTokens(model, List.of(), memory);
        this.loss = new AnswerLoss(model);
    }

    /** What {@link AnswerLoss#of(List)} gives; rows of one length had best stand side by side. */
    public double[] of(List<Encoded> rows) {
        TrainingSet set = new TrainingSet(rows);
        double[] means = new double[set.size()];
        for (int from = 0; from < means.length; ) {
            int[] block = Ascent.block(set, from, blockTokens);
            System.arraycopy(means(set, block), 0, means, from, block.length);
            from += block.length;
        }
        return means;
    }

    private double[] means(TrainingSet set, int[] samples) {
        float[] losses = losses(set, samples);
        double[] means = new double[samples.length];
        for (int i = 0, n = 0; i < means.length; i++) {
            int count = set.targets(samples[i]);
            double sum = 0;
            for (int t = 0; t < count; t++) {
                sum += losses[n++];
            }
            means[i] = count == 0 ? Double.NaN : sum / count;
        }
        return means;
    }

    /** Of the answers' tokens, sample by sample. */
    private float[] losses(TrainingSet set, int[] samples) {
        long[] next = set.labels(samples);
        float[] losses = new float[next.length];
        int at = 0;
        try (Scope scope = Scope.open()) {
            for (Tensor states : Ascent.last(model, scope, set, samples)) {
                for (HeadChunks.Chunk chunk : HeadChunks.of(model, states.size(0))) {
                    int to = at + Math.toIntExact(chunk.count());
                    float[] part = losses(chunk, states, Arrays.copyOfRange(next, at, to));
                    System.arraycopy(part, 0, losses, at, part.length);
                    at = to;
                }
                states.close();
                NativeHeap.trim(); // before the next batch's logits
            }
        }
        return losses;
    }

    private float[] losses(HeadChunks.Chunk chunk, Tensor states, long[] next) {
        try (Scope local = Scope.open()) {
            return loss.of(local, chunk.of(local, states), next);
        }
    }

    @Override
    public void close() {
        loss.close();
    }
}
