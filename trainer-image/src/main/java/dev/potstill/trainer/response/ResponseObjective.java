package dev.potstill.trainer.response;

import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.Balance;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.LayerPass;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.train.Objective;
import dev.potstill.trainer.train.TrainingSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The distance of the student's next-token distribution from the teacher's, averaged over answer tokens. */
public final class ResponseObjective implements Objective {
    private final FrozenLayers below;
    private final Lessons data;
    private final Optional<OwnAnswers> own;
    private final ResponseLoss loss;
    private final Balance balance;
    private final long steps;
    private double done;

    /**
     * @param data stays open as long as this is used, as do the student's own answers
     * @param steps of the training in all
     */
    public ResponseObjective(
            FrozenLayers below,
            Lessons data,
            Optional<OwnAnswers> own,
            ResponseLoss loss,
            Balance balance,
            long steps) {
        this.below = below;
        this.data = data;
        this.own = own;
        this.loss = loss;
        this.balance = balance;
        this.steps = steps;
    }

    @Override
    public void begin(long step, List<int[]> batches) {
        done = (double) step / Math.max(1, steps - 1);
        own.ifPresent(answers -> answers.begin(step, batches));
    }

    @Override
    public int units(int sample) {
        return set(sample).targets(place(sample));
    }

    @Override
    public int tokens(int sample) {
        return set(sample).tokens(place(sample));
    }

    private boolean isOwn(int sample) {
        return own.isPresent() && own.get().has(sample);
    }

    private TrainingSet set(int sample) {
        return isOwn(sample) ? own.orElseThrow().set() : data.set();
    }

    private int place(int sample) {
        return isOwn(sample) ? own.orElseThrow().places(new int[] {sample})[0] : sample;
    }

    @Override
    public Map<String, Double> accumulate(int[] samples, long units) {
        Map<String, Double> terms = new LinkedHashMap<>();
        terms.put("loss", 0.0);
        ResponseLoss.Step step = new ResponseLoss.Step(done, 1.0 / units, terms);
        int[] given = Arrays.stream(samples).filter(sample -> !isOwn(sample)).toArray();
        if (given.length > 0) {
            step.add("loss", learn(data, given, true, step));
        }
        if (given.length < samples.length) {
            OwnAnswers answers = own.orElseThrow();
            int[] written = Arrays.stream(samples).filter(this::isOwn).toArray();
            step.add("loss", learn(answers, answers.places(written), false, step));
        }
        return terms;
    }

    private double learn(Lessons lessons, int[] samples, boolean given, ResponseLoss.Step step) {
        LanguageModel model = below.model();
        return Torch.withGradients(() -> {
            try (Scope scope = Scope.open()) {
                Packed batch = model.pack(scope, lessons.set().rows(samples));
                Tensor x = lessons.states(scope, batch, samples);
                LayerPass pass = new LayerPass(model, scope, batch);
                Tensor last = pass.through(x, below.count(), model.config().layers());
                Tensor hidden =
                        Ops.rows(scope, model.norm(scope, last), Teacher.targets(scope, batch, lessons.set(), samples));
                Said said = lessons.said(scope, samples);
                long[] tokens = lessons.set().labels(samples);
                Tensor labels = Tensor.of(scope, tokens, tokens.length);
                double value = loss.backward(
                        model,
                        hidden,
                        new ResponseLoss.Targets(said, given ? Optional.of(labels) : Optional.empty()),
                        step,
                        balance.terms(scope, pass.routing(), tokens.length * step.scale(), step.terms()));
                pass.backward();
                return value;
            }
        });
    }

    @Override
    public void close() {
        loss.close();
    }
}
