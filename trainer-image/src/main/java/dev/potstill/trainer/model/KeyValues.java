package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Keys and values of the tokens generated so far, of each layer [rows, heads, places, size]. */
final class KeyValues implements AutoCloseable {
    private final Scope scope = Scope.open();
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final int places;

    private KeyValues(int places) {
        this.places = places;
    }

    static KeyValues empty(LanguageModel model, int rows, int places) {
        ModelConfig config = model.config();
        KeyValues cache = new KeyValues(places);
        for (Block block : config.blocks()) {
            Attention.Cache shape = block.attention().cache();
            cache.keys.add(Tensor.zeros(cache.scope, model.type(), rows, shape.heads(), places, shape.keySize()));
            cache.values.add(Tensor.zeros(cache.scope, model.type(), rows, shape.heads(), places, shape.valueSize()));
        }
        return cache;
    }

    /** Tokens a row has room for. */
    int places() {
        return places;
    }

    Tensor keys(int layer) {
        return keys.get(layer);
    }

    Tensor values(int layer) {
        return values.get(layer);
    }

    /** Only these rows, in this order. */
    void keep(Tensor rows) {
        replaceAll(keys, rows);
        replaceAll(values, rows);
    }

    private void replaceAll(List<Tensor> tensors, Tensor rows) {
        tensors.replaceAll(tensor -> {
            Tensor kept = Ops.rows(scope, tensor, rows);
            tensor.close();
            return kept;
        });
    }

    @Override
    public void close() {
        scope.close();
    }
}
