package dev.potstill.trainer.response;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.util.Map;

/** The layers below the first trained one: what they put out never changes. */
public record FrozenLayers(LanguageModel model, int count) {
    private static final String STATES = "states";

    /** What goes into the first trained layer [N, width]. */
    Tensor run(Scope scope, Packed batch) {
        return model.forward(scope, model.embed(scope, batch.ids()), batch, 0, count);
    }

    /** What is stored of each sample. */
    public Column column() {
        return column(model.config(), model.type());
    }

    /** What is stored of each sample by a model of this shape. */
    public static Column column(ModelConfig config, ElementType type) {
        return new Column(STATES, type, config.width(), Column.Rows.Tokens);
    }

    /** What is to be stored of these samples. */
    public Map<String, Tensor> compute(Scope scope, TrainingSet set, int[] samples) {
        return Map.of(STATES, run(scope, model.pack(scope, set.rows(samples))));
    }

    static Tensor stored(Scope scope, SignalStore store, int[] samples) {
        return store.rows(scope, STATES, samples);
    }
}
