package dev.potstill.trainer.response;

import dev.potstill.api.Response;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.CrossEntropy;
import dev.potstill.trainer.loss.Divergence;
import dev.potstill.trainer.loss.Listed;
import dev.potstill.trainer.loss.NextTokenDivergence;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.loss.SortedDistance;
import dev.potstill.trainer.loss.Tail;
import dev.potstill.trainer.loss.TeacherLoss;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.weights.ElementType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is minimised: (1 − c) of the distance to what the teacher says, and c of the cross-entropy of the data's own tokens. An answer
 * that the student wrote has no such token, and only the former.
 */
public final class ResponseLoss implements AutoCloseable {
    /** Of the universal distance, which does not tell one token from another. */
    private static final int UNIVERSAL_CROSS_ENTROPY_PERCENT = 50;

    private final TeacherLoss distance;
    private final CrossEntropy crossEntropy = new CrossEntropy();
    private final double share;

    /** @param share c, from 0 to 1 */
    public ResponseLoss(TeacherLoss distance, double share) {
        this.distance = distance;
        this.share = share;
    }

    /** As a run's settings say. */
    public static ResponseLoss of(Response response) {
        return of(response, tail(response));
    }

    /** The same for a teacher whose probabilities are known at temperature 1 alone. */
    public static ResponseLoss pooled(Response response) {
        return of(response, pooledTail(response));
    }

    private static Tail pooledTail(Response response) {
        return response.tail() == Response.Tail.Bucket ? Tail.Pooled : tail(response);
    }

    /**
     * The temperature at which the teacher's probabilities are wanted, as a run's settings say.
     *
     * @param pooled whether they are known at temperature 1 alone
     */
    public static double signalTemperature(Response response, boolean pooled) {
        double temperature = Double.parseDouble(response.temperature());
        return response.divergence() == Response.Divergence.ULD
                ? temperature
                : NextTokenDivergence.signalTemperature(pooled ? pooledTail(response) : tail(response), temperature);
    }

    private static ResponseLoss of(Response response, Tail tail) {
        boolean universal = response.divergence() == Response.Divergence.ULD;
        Integer percent = response.crossEntropyPercent();
        int fallback = universal ? UNIVERSAL_CROSS_ENTROPY_PERCENT : 0;
        double temperature = Double.parseDouble(response.temperature());
        TeacherLoss distance = universal
                ? new SortedDistance(temperature)
                : new NextTokenDivergence(divergence(response), tail, temperature);
        return new ResponseLoss(distance, (percent == null ? fallback : percent) / 100.0);
    }

    private static Divergence divergence(Response response) {
        double skew = Double.parseDouble(response.skew());
        return switch (response.divergence()) {
            case ForwardKL -> new Divergence.ForwardKl();
            case ReverseKL -> new Divergence.ReverseKl();
            case SkewedKL -> new Divergence.SkewedKl(skew);
            case SkewedReverseKL -> new Divergence.SkewedReverseKl(skew);
            case JensenShannon -> new Divergence.JensenShannon(Double.parseDouble(response.beta()));
            case TotalVariation -> new Divergence.TotalVariation();
            case Interpolated -> new Divergence.Interpolated(Double.parseDouble(response.interpolationStart()));
            case ULD -> throw new IllegalArgumentException("no divergence over the same tokens");
        };
    }

    private static Tail tail(Response response) {
        return switch (response.tail()) {
            case Bucket -> Tail.Bucket;
            case OneToken -> Tail.OneToken;
            case Pooled -> Tail.Pooled;
            case Dropped -> Tail.Dropped;
        };
    }

    /** The temperature at which the teacher's probabilities are wanted. */
    public double signalTemperature() {
        return distance.signalTemperature();
    }

    /**
     * Puts the gradient through to what hidden states were computed from, together with other terms.
     *
     * @param hidden normed, before each token to be predicted [N, width]
     */
    double backward(LanguageModel model, Tensor hidden, Targets targets, Step step, List<Tensor> others) {
        Said said = targets.said();
        if (share == 0
                && distance instanceof NextTokenDivergence divergence
                && said.ids().size(1) < model.config().vocabulary()) {
            return HeadChunks.backward(model, hidden, new OfListed(divergence, said, step), others);
        }
        return HeadChunks.backward(
                model,
                hidden,
                (scope, logits, chunk) -> of(
                        scope,
                        logits,
                        said.narrow(scope, chunk.from(), chunk.count()),
                        targets.labels().map(labels -> chunk.of(scope, labels)),
                        step),
                others);
    }

    /**
     * What is known of the tokens to be predicted.
     *
     * @param labels the data's own [N]; empty where the student wrote the answer itself
     */
    record Targets(Said said, Optional<Tensor> labels) {}

    /** The distance alone, of the tokens that the teacher lists. */
    private record OfListed(NextTokenDivergence divergence, Said said, Step step) implements HeadChunks.ListedLoss {
        @Override
        public double temperature() {
            return divergence.readingTemperature();
        }

        @Override
        public Tensor tokens(Scope scope, HeadChunks.Chunk chunk) {
            return Ops.contiguous(scope, chunk.of(scope, said.ids()), ElementType.I64);
        }

        @Override
        public Tensor of(Scope scope, Listed logits, HeadChunks.Chunk chunk) {
            return divergence.ofListed(
                    scope, logits, said.narrow(scope, chunk.from(), chunk.count()), step.done(), step.scale());
        }
    }

    private Tensor of(Scope scope, Tensor logits, Said said, Optional<Tensor> labels, Step step) {
        Tensor far = distance.of(scope, logits, said, step.done(), (1 - share) * step.scale());
        if (share == 0) {
            return far;
        }
        step.add("divergence", far.item() / (1 - share));
        if (labels.isEmpty()) {
            return far;
        }
        Tensor unlikely = crossEntropy.of(scope, logits, labels.get(), share * step.scale());
        step.add("crossEntropy", unlikely.item() / share);
        return Ops.sum(scope, List.of(far, unlikely));
    }

    /**
     * A step's part in the loss.
     *
     * @param done the share of the training that is done
     * @param scale one over the step's tokens
     * @param terms of the loss by name, added up as they are computed
     */
    record Step(double done, double scale, Map<String, Double> terms) {
        void add(String name, double value) {
            terms.merge(name, value, Double::sum);
        }
    }

    @Override
    public void close() {
        distance.close();
        crossEntropy.close();
    }
}
