package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Reinforcement;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.PolicyLoss;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.reinforcement.Advantages;
import dev.potstill.trainer.reinforcement.Algorithm;
import dev.potstill.trainer.reinforcement.Grpo;
import dev.potstill.trainer.reinforcement.Improvement;
import dev.potstill.trainer.reinforcement.Learners;
import dev.potstill.trainer.reinforcement.MiniLlm;
import dev.potstill.trainer.reinforcement.Policy;
import dev.potstill.trainer.reinforcement.Ppo;
import dev.potstill.trainer.reinforcement.ValueHead;
import dev.potstill.trainer.train.AdamW;
import dev.potstill.trainer.train.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The algorithm of reinforcement as its settings say, and what it trains. */
final class Learning implements AutoCloseable {
    private final Reinforcement settings;
    private final double rate;
    private final PolicyLoss loss;
    private final Learners learners;
    private final Improvement improvement;
    private final List<ValueHead> heads = new ArrayList<>();

    /** @param trained weights of the student, with memory of their own */
    Learning(DistillationRunSpec spec, LanguageModel student, LanguageModel reference, Map<String, Tensor> trained) {
        this.settings = spec.reinforcement();
        this.rate = rate(spec);
        this.loss =
                new PolicyLoss(number(settings.clip()), number(settings.ppo().valueClip()));
        int rows = spec.training().batchSize();
        Algorithm algorithm = algorithm(new Policy(student, loss, rows), new Policy(reference, loss, rows));
        this.learners = new Learners(new Parameters(trained, AdamW.FINE_TUNING), value());
        this.improvement = new Improvement(algorithm, settings.epochsPerUpdate(), settings.stepsPerEpoch(), rows);
    }

    Improvement improvement() {
        return improvement;
    }

    Learners learners() {
        return learners;
    }

    /** The peak of the policy's learning rate. */
    static double rate(DistillationRunSpec spec) {
        String own = spec.reinforcement().learningRate();
        return number(own == null ? spec.training().learningRate() : own);
    }

    private Algorithm algorithm(Policy policy, Policy reference) {
        double discount = number(settings.discount());
        return switch (settings.algorithm()) {
            case PPO ->
                ppo(
                        policy,
                        reference,
                        new Advantages(discount, number(settings.ppo().lambda())));
            case GRPO -> new Grpo(policy, reference, loss, settings.samplesPerPrompt(), scale(), settings.maxTokens());
            case MiniLLM ->
                new MiniLlm(policy, reference, discount, settings.minillm().lengthNormalized());
        };
    }

    private Ppo ppo(Policy policy, Policy reference, Advantages advantages) {
        ValueHead head = new ValueHead(
                policy.model().config().width(), number(settings.ppo().valueStart()));
        heads.add(head);
        return new Ppo(
                policy,
                reference,
                head,
                loss,
                advantages,
                settings.ppo().whitenAdvantages(),
                number(settings.ppo().valueWeight()));
    }

    private Grpo.Scale scale() {
        return switch (settings.grpo().scale()) {
            case Std -> Grpo.Scale.Std;
            case None -> Grpo.Scale.None;
        };
    }

    private Optional<Learners.Value> value() {
        String own = settings.ppo().valueLearningRate();
        double relative = own == null ? 1 : number(own) / rate;
        return heads.stream()
                .findFirst()
                .map(head -> new Learners.Value(
                        new Parameters(head.weights(), AdamW.FINE_TUNING),
                        relative,
                        settings.ppo().valueOnlyUpdates()));
    }

    private static double number(String decimal) {
        return Double.parseDouble(decimal);
    }

    @Override
    public void close() {
        learners.close();
        heads.forEach(ValueHead::close);
        loss.close();
    }
}
