package dev.potstill.trainer.stage;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.HiddenStateError;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.train.Objective;
import dev.potstill.trainer.train.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Mean squared error of every student layer's hidden states to those of the teacher layer it follows, over all tokens. */
final class FeatureObjective implements Objective {
    private final LanguageModel model;
    private final TrainingSet set;
    private final FeatureStage.Hidden teacher;
    private final HiddenStateError error = new HiddenStateError();

    FeatureObjective(LanguageModel model, TrainingSet set, FeatureStage.Hidden teacher) {
        this.model = model;
        this.set = set;
        this.teacher = teacher;
    }

    @Override
    public int units(int sample) {
        return set.tokens(sample);
    }

    @Override
    public int tokens(int sample) {
        return set.tokens(sample);
    }

    @Override
    public Map<String, Double> accumulate(int[] samples, long units) {
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open()) {
                Tensor loss = Ops.sum(scope, errors(scope, samples, units));
                loss.backward(Tensor.scalar(scope, 1));
                return Map.of("loss", loss.item());
            }
        });
    }

    private List<Tensor> errors(Scope scope, int[] samples, long units) {
        List<Tensor> errors = new ArrayList<>();
        Packed batch =
                model.pack(scope, Arrays.stream(samples).mapToObj(set::ids).toList());
        double scale = 1.0 / units / teacher.followed().size();
        Tensor x = model.embed(scope, batch.ids());
        for (int l = 0; l < teacher.followed().size(); l++) {
            x = model.layer(scope, l, x, batch);
            Tensor wanted = teacher.store()
                    .rows(scope, Teacher.hidden(teacher.followed().get(l)), samples);
            errors.add(error.error(scope, x, wanted, scale));
        }
        return errors;
    }

    @Override
    public void close() {
        error.close();
    }
}
