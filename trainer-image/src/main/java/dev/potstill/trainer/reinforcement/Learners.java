package dev.potstill.trainer.reinforcement;

import dev.potstill.trainer.train.Parameters;
import dev.potstill.trainer.weights.TensorEntry;
import dev.potstill.trainer.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What learns: the policy's weights and, where there is one, a value head with a rate of its own. */
public final class Learners implements AutoCloseable {
    private final Parameters policy;
    private final Optional<Value> value;

    /**
     * A value head's weights.
     *
     * @param rate of learning, as a multiple of the policy's
     * @param aloneFor first updates, in which the policy rests
     */
    public record Value(Parameters weights, double rate, int aloneFor) {}

    public Learners(Parameters policy, Optional<Value> value) {
        this.policy = policy;
        this.value = value;
    }

    /** Steps on the gathered gradients, each clipped by its own norm; gives the norm of the policy's. */
    double step(double learningRate, long update) {
        value.ifPresent(head -> head.weights().step(learningRate * head.rate()));
        if (value.isPresent() && update < value.get().aloneFor()) {
            policy.clear();
            return 0;
        }
        return policy.step(learningRate);
    }

    public long elements() {
        return policy.elements() + value.map(head -> head.weights().elements()).orElse(0L);
    }

    /** Everything the next step depends on. */
    public List<TensorEntry> state() {
        List<TensorEntry> all = new ArrayList<>(policy.state());
        value.ifPresent(head -> all.addAll(head.weights().state()));
        return all;
    }

    /** Puts a saved state in place. */
    public void restore(Weights saved) {
        policy.restore(saved);
        value.ifPresent(head -> head.weights().restore(saved));
    }

    @Override
    public void close() {
        value.ifPresent(head -> head.weights().close());
        policy.close();
    }
}
