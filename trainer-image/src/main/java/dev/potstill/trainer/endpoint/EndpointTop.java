package dev.potstill.trainer.endpoint;

import dev.potstill.trainer.endpoint.Protocol.Passage;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.train.TrainingSet;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/**
 * A server's likeliest next tokens, as a teacher in this process says them. The server tells log probabilities at temperature 1; at
 * another, the tokens it does not list count as one, see {@link Likeliest#logSum}. What follows the samples asked for is asked ahead,
 * so that the server always has as many questions as it may.
 */
public final class EndpointTop implements TopSource {
    private final Scorer scorer;
    private final int k;
    private final double temperature;
    private final int ahead;
    private final Map<Integer, Future<List<Likeliest>>> waiting = new HashMap<>();
    private final BitSet asked = new BitSet();
    private TrainingSet set = new TrainingSet(List.of());

    /** @param maxConcurrency questions that the server may have at once */
    public EndpointTop(Scorer scorer, int k, double temperature, int maxConcurrency) {
        this.scorer = scorer;
        this.k = k;
        this.temperature = temperature;
        this.ahead = 2 * maxConcurrency;
    }

    @Override
    public int k() {
        return k;
    }

    @Override
    public double temperature() {
        return temperature;
    }

    @Override
    public Said said(Scope scope, TrainingSet of, int[] samples) {
        int targets = Arrays.stream(samples).map(of::targets).sum();
        float[] logP = new float[targets * k];
        long[] ids = new long[targets * k];
        float[] logTail = new float[targets];
        int row = 0;
        for (int sample : samples) {
            for (Likeliest likeliest : told(of, sample)) {
                double logSum = likeliest.logSum(temperature);
                for (int i = 0; i < k; i++) {
                    logP[row * k + i] = (float) (likeliest.logProbabilities()[i] / temperature - logSum);
                    ids[row * k + i] = likeliest.ids()[i];
                }
                logTail[row++] = (float) (likeliest.logTail() / temperature - logSum);
            }
        }
        return new Said(
                Tensor.of(scope, logP, targets, k),
                Tensor.of(scope, ids, targets, k),
                Tensor.of(scope, logTail, targets, 1));
    }

    private List<Likeliest> told(TrainingSet of, int sample) {
        if (of != set) {
            set = of;
            waiting.clear();
            asked.clear();
        }
        for (int next = sample; next < Math.min(set.size(), sample + ahead); next++) {
            if (!asked.get(next)) {
                waiting.put(next, ask(next));
                asked.set(next);
            }
        }
        Future<List<Likeliest>> answer = waiting.remove(sample);
        return EndpointClient.result(answer == null ? ask(sample) : answer);
    }

    private Future<List<Likeliest>> ask(int sample) {
        Passage passage = new Passage(set.ids(sample), set.targetPositions(sample), k);
        return scorer.client().start(() -> passage.places().length == 0 ? List.of() : scorer.score(passage));
    }

    @Override
    public void close() {
        scorer.close();
    }
}
