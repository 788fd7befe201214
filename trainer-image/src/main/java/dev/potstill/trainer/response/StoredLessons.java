package dev.potstill.trainer.response;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.train.TrainingSet;
import java.util.Optional;

/**
 * The data's own rows, of which everything was computed once.
 *
 * @param set the rows as the student reads them
 * @param below the layers that are not trained
 * @param states what these put out; empty where there are none
 */
public record StoredLessons(TrainingSet set, FrozenLayers below, Optional<SignalStore> states, Signals teacher)
        implements Lessons {

    @Override
    public Tensor states(Scope scope, Packed batch, int[] samples) {
        return states.map(store -> FrozenLayers.stored(scope, store, samples)).orElseGet(() -> below.run(scope, batch));
    }

    @Override
    public Said said(Scope scope, int[] samples) {
        return teacher.said(scope, samples);
    }

    @Override
    public void close() {
        teacher.close();
        states.ifPresent(SignalStore::close);
    }
}
