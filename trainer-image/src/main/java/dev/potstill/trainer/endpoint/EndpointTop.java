package dev.potstill.trainer.endpoint;

import dev.potstill.trainer.endpoint.Protocol.Passage;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.train.TrainingSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/**
 * A server's likeliest next tokens, in the columns that a teacher in this process fills. The server tells log probabilities at
 * temperature 1; at another, the tokens it does not list count as one, see {@link Likeliest#logSum}. What follows the samples asked for
 * is asked ahead, so that the server always has as many questions as it may.
 */
public final class EndpointTop implements TopSource {
    private final Scorer scorer;
    private final TrainingSet set;
    private final int k;
    private final double temperature;
    private final int ahead;
    private final Map<Integer, Future<List<Likeliest>>> asked = new HashMap<>();
    private int next;

    /** @param maxConcurrency questions that the server may have at once */
    public EndpointTop(Scorer scorer, TrainingSet set, int k, double temperature, int maxConcurrency) {
        this.scorer = scorer;
        this.set = set;
        this.k = k;
        this.temperature = temperature;
        this.ahead = 2 * maxConcurrency;
    }

    @Override
    public int k() {
        return k;
    }

    @Override
    public List<?> identity() {
        Server server = scorer.client().server();
        return List.of(k, temperature, set.digest(), server.base(), server.model());
    }

    @Override
    public Map<String, Tensor> top(Scope scope, int[] samples) {
        int targets = Arrays.stream(samples).map(set::targets).sum();
        float[] values = new float[targets * k];
        long[] ids = new long[targets * k];
        float[] logSums = new float[targets];
        int row = 0;
        for (int sample : samples) {
            for (Likeliest likeliest : told(sample)) {
                for (int i = 0; i < k; i++) {
                    values[row * k + i] = (float) (likeliest.logProbabilities()[i] / temperature);
                    ids[row * k + i] = likeliest.ids()[i];
                }
                logSums[row++] = (float) likeliest.logSum(temperature);
            }
        }
        return Map.of(
                Teacher.VALUES, Tensor.of(scope, values, targets, k),
                Teacher.IDS, Tensor.of(scope, ids, targets, k),
                Teacher.LOG_SUM, Tensor.of(scope, logSums, targets, 1));
    }

    private List<Likeliest> told(int sample) {
        next = Math.max(next, sample);
        for (; next < Math.min(set.size(), sample + ahead); next++) {
            Passage passage = new Passage(set.ids(next), set.targetPositions(next), k);
            asked.put(
                    next,
                    scorer.client().start(() -> passage.places().length == 0 ? List.of() : scorer.score(passage)));
        }
        Future<List<Likeliest>> answer = asked.remove(sample);
        if (answer == null) {
            throw new IllegalStateException("sample " + sample + " is asked about out of its order");
        }
        return EndpointClient.result(answer);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
