package dev.potstill.trainer.model;

import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.TensorEntry;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Reads a model's layers one after the other into memory of their own, the next one while the last one read is at work, so that two
 * are in memory at most.
 */
final class LayerReader implements AutoCloseable {
    private final ModelFiles files;
    private final ModelConfig config;
    private Ahead ahead = new Ahead(-1, CompletableFuture.completedFuture(null));

    /** A layer's weights by their names below the model, in memory of its own. */
    static final class Layer implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final Map<String, TensorEntry> weights = new LinkedHashMap<>();

        TensorEntry get(String name) {
            TensorEntry entry = weights.get(name);
            if (entry == null) {
                throw new IllegalArgumentException("no weight " + name);
            }
            return entry;
        }

        private void read(ModelFiles files, String name) {
            TensorEntry entry = files.weights().get(name, arena);
            weights.put(name, entry.isIn(arena) ? entry : entry.copy(arena));
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private record Ahead(int layer, CompletableFuture<Layer> weights) {}

    LayerReader(ModelFiles files, ModelConfig config) {
        this.files = files;
        this.config = config;
    }

    /** Layer l, waited for; then {@code next} is begun, unless it is negative. The caller closes what it gets. */
    Layer take(int l, int next) {
        Ahead asked = ahead.layer == l ? ahead : begin(l);
        if (asked != ahead) {
            drop(ahead);
        }
        ahead = new Ahead(-1, CompletableFuture.completedFuture(null));
        try {
            Layer layer = asked.weights.join();
            if (next >= 0) {
                ahead = begin(next);
            }
            return layer;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Ahead begin(int l) {
        CompletableFuture<Layer> weights = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("layer-reader").start(() -> {
            try {
                weights.complete(read(l));
            } catch (RuntimeException | Error e) {
                weights.completeExceptionally(e);
            }
        });
        return new Ahead(l, weights);
    }

    private Layer read(int l) {
        Layer layer = new Layer();
        try {
            config.blocks().get(l).weights().forEach(weight -> layer.read(files, ModelWeights.layer(l, weight.name())));
            return layer;
        } catch (RuntimeException | Error e) {
            layer.close();
            throw e;
        }
    }

    private static void drop(Ahead ahead) {
        ahead.weights.whenComplete((layer, error) -> {
            if (layer != null) {
                layer.close();
            }
        });
    }

    /** Waits for what is being read, so that the files can be closed after. */
    @Override
    public void close() {
        drop(ahead);
        ahead.weights.exceptionally(error -> null).join();
    }
}
