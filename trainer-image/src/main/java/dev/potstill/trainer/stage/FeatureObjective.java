package dev.potstill.trainer.stage;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.Balance;
import dev.potstill.trainer.loss.HiddenStateError;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.LayerPass;
import dev.potstill.trainer.stage.LayerPairs.Pair;
import dev.potstill.trainer.train.Objective;
import dev.potstill.trainer.train.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Mean squared error of student layers' hidden states to those of the teacher layers they follow, over all tokens. */
final class FeatureObjective implements Objective {
    private final LanguageModel model;
    private final TrainingSet set;
    private final Hidden teacher;
    private final Projections projections;
    private final Balance balance;
    private final HiddenStateError error = new HiddenStateError();

    /** The teacher's hidden states, and after which of its layers each student layer's are looked for. */
    record Hidden(HiddenStates states, LayerPairs pairs, int width) implements AutoCloseable {
        @Override
        public void close() {
            states.close();
        }
    }

    FeatureObjective(LanguageModel model, TrainingSet set, Hidden teacher, Projections projections, Balance balance) {
        this.model = model;
        this.set = set;
        this.teacher = teacher;
        this.projections = projections;
        this.balance = balance;
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
                LayerPass pass = new LayerPass(model, scope, model.pack(scope, set.rows(samples)));
                Tensor loss = Ops.sum(scope, errors(scope, samples, units, pass));
                Map<String, Double> terms = new LinkedHashMap<>();
                terms.put("loss", loss.item());
                double share = (double) Arrays.stream(samples).map(set::tokens).sum() / units;
                List<Tensor> all = new ArrayList<>(balance.terms(scope, pass.routing(), share, terms));
                all.addFirst(loss);
                Ops.sum(scope, all).backward(Tensor.scalar(scope, 1));
                pass.backward();
                return terms;
            }
        });
    }

    private List<Tensor> errors(Scope scope, int[] samples, long units, LayerPass pass) {
        List<Tensor> errors = new ArrayList<>();
        List<Pair> pairs = teacher.pairs().pairs();
        IntFunction<Tensor> states = teacher.states().of(scope, samples);
        double scale = 1.0 / units / pairs.size();
        Tensor x = model.embed(scope, pass.batch().ids());
        int layer = 0;
        for (Pair pair : pairs) {
            while (layer <= pair.student()) {
                x = pass.through(x, layer++);
            }
            Tensor student = x;
            Tensor wanted = states.apply(pair.teacher());
            errors.add(projections
                    .of(pair.student())
                    .map(projection -> error.error(scope, student, projection, wanted, scale))
                    .orElseGet(() -> error.error(scope, student, wanted, scale)));
        }
        return errors;
    }

    @Override
    public void close() {
        error.close();
    }
}
