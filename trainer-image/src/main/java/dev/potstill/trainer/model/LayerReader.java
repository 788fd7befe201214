package dev.potstill.trainer.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Reads a model's layers one after the other, the next one while the last one read is at work. There is memory for two, made once and
 * used over and over: made anew for each layer it would be held by the C library in part, and be cleared before each reading.
 */
final class LayerReader implements AutoCloseable {
    private static final int LAYERS = 2;

    private final StoredWeights files;
    private final ModelConfig config;
    private final Arena arena = Arena.ofShared();
    private final Deque<MemorySegment> free = new ArrayDeque<>();
    /** One thread, which keeps the arithmetic's threads that convert for it. */
    private final ExecutorService reader = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("layer-reader").factory());

    private Ahead ahead = Ahead.NOTHING;

    /** A layer's weights by their names; its memory is used again when it is closed. */
    record Layer(Map<String, MemorySegment> weights, Runnable givenBack) implements AutoCloseable {
        MemorySegment get(String name) {
            MemorySegment weight = weights.get(name);
            if (weight == null) {
                throw new IllegalArgumentException("no weight " + name);
            }
            return weight;
        }

        @Override
        public void close() {
            givenBack.run();
        }
    }

    private record Ahead(int layer, CompletableFuture<Layer> weights) {
        static final Ahead NOTHING =
                new Ahead(-1, CompletableFuture.failedFuture(new IllegalStateException("nothing")));
    }

    LayerReader(StoredWeights files, ModelConfig config) {
        this.files = files;
        this.config = config;
        long largest = IntStream.range(0, config.layers())
                .mapToLong(l -> files.bytes(ModelWeights.layer(config, l)))
                .max()
                .orElse(0);
        for (int i = 0; i < LAYERS; i++) {
            free.add(arena.allocate(largest, StoredWeights.ALIGNMENT));
        }
    }

    /** Layer l, waited for; then {@code next} is begun. The caller closes what it gets before it takes another. */
    Layer take(int l, int next) {
        if (ahead.layer != l) {
            drop();
            ahead = begin(l);
        }
        Ahead asked = ahead;
        ahead = Ahead.NOTHING;
        try {
            Layer layer = asked.weights.join();
            ahead = begin(next);
            return layer;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Ahead begin(int l) {
        MemorySegment into = free.remove();
        return new Ahead(
                l, CompletableFuture.supplyAsync(() -> read(l, into), reader).whenComplete((_, failed) -> {
                    if (failed != null) {
                        free.add(into);
                    }
                }));
    }

    private Layer read(int l, MemorySegment into) {
        return new Layer(files.read(ModelWeights.layer(config, l), into), () -> free.add(into));
    }

    /** What was read ahead is waited for, and not used. */
    private void drop() {
        ahead.weights
                .handle((layer, _) -> layer)
                .thenAccept(layer -> {
                    if (layer != null) {
                        layer.close();
                    }
                })
                .join();
        ahead = Ahead.NOTHING;
    }

    /** Files can be closed after. */
    @Override
    public void close() {
        drop();
        reader.close();
        arena.close();
    }
}
