package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.NativeHeap;
import java.util.function.IntConsumer;

/** The layers of a model that is never in memory as a whole: one is there, and the next is being read. */
final class StreamedLayers implements AutoCloseable {
    private final ModelConfig config;
    private final ModelWeights weights;
    private final LayerReader reader;
    private final IntConsumer watch;

    StreamedLayers(StoredWeights files, ModelConfig config, ModelWeights weights, IntConsumer watch) {
        this.config = config;
        this.weights = weights;
        this.watch = watch;
        this.reader = new LayerReader(files, config);
    }

    /** Passes the layers below {@code to}, each among the weights while {@code work} is at it. */
    void each(int to, IntConsumer work) {
        for (int l = 0; l < to; l++) {
            watch.accept(l);
            // After the last layer comes the first, of the next batches.
            try (LayerReader.Layer read = reader.take(l, (l + 1) % to)) {
                weights.place(config, l, read);
                try {
                    work.accept(l);
                } finally {
                    weights.drop(config, l);
                    NativeHeap.trim(); // memory is what decides how often all of this is read
                }
            }
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
