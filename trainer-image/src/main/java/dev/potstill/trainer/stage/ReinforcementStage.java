package dev.potstill.trainer.stage;

import dev.potstill.api.Reinforcement;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.PolicyLoss;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.reinforcement.Advantages;
import dev.potstill.trainer.reinforcement.Answers;
import dev.potstill.trainer.reinforcement.BestWeights;
import dev.potstill.trainer.reinforcement.Policy;
import dev.potstill.trainer.reinforcement.Ppo;
import dev.potstill.trainer.reinforcement.Prompt;
import dev.potstill.trainer.reinforcement.ValueHead;
import dev.potstill.trainer.reward.Reward;
import dev.potstill.trainer.train.AdamW;
import dev.potstill.trainer.train.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reinforcement: the student answers prompts whose right answer is known, is rewarded, and improves by proximal policy optimisation.
 * The weights it ends with are those that did best on held-out prompts, the ones it began with among them.
 */
public final class ReinforcementStage implements StageWork {
    /** Proximal policy optimisation's usual neighbourhood, and generalised advantage estimation's usual settings for text. */
    private static final double CLIP = 0.2;

    private static final double GAMMA = 1;
    private static final double LAMBDA = 0.95;

    /** Held-out prompts answered at each validation. */
    private static final int VALIDATION_PROMPTS = 300;

    @Override
    public Made make(StageContext context) {
        Models models = new Models(context);
        try (Models.Open student = models.student();
                Models.Open reference = models.student()) {
            return make(context, student, reference.model());
        }
    }

    private static Made make(StageContext context, Models.Open student, LanguageModel reference) {
        Reinforcement settings = context.spec().reinforcement();
        LanguageModel model = student.model();
        Map<String, Tensor> policyWeights = Training.ownMemory(model, model.lastLayerNames(settings.unfrozenLayers()));
        Advantages advantages = new Advantages(Double.parseDouble(settings.klCoefficient()), GAMMA, LAMBDA);
        try (PolicyLoss loss = new PolicyLoss(CLIP);
                ValueHead head = new ValueHead(model.config().width());
                Answers answers = answers(context, student);
                BestWeights best = new BestWeights(policyWeights);
                Parameters parameters = new Parameters(with(policyWeights, head.weights()), AdamW.FINE_TUNING)) {
            Ppo ppo = new Ppo(new Policy(model, loss), new Policy(reference, loss), head, loss, advantages);
            PolicyTraining.Made made =
                    new PolicyTraining(context, prompts(context, student), answers, ppo).run(parameters, best);
            best.restoreLive();
            StageFiles.saveStudent(context, student);
            return made.report(parameters.elements());
        }
    }

    private static Answers answers(StageContext context, Models.Open student) {
        Reinforcement settings = context.spec().reinforcement();
        return new Answers(
                student.model(),
                student.tokenizer(),
                Reward.of(settings.reward()),
                settings.maxTokens(),
                context.spec().training().seed());
    }

    private static Map<String, Tensor> with(Map<String, Tensor> some, Map<String, Tensor> more) {
        Map<String, Tensor> all = new LinkedHashMap<>(some);
        all.putAll(more);
        return all;
    }

    private static PolicyTraining.Prompts prompts(StageContext context, Models.Open student) {
        List<Prompt> train =
                Prompt.read(StageFiles.data(context, DataFiles.PROMPTS), student.tokenizer(), Integer.MAX_VALUE);
        List<Prompt> heldOut =
                Prompt.read(StageFiles.data(context, DataFiles.HELD_OUT), student.tokenizer(), VALIDATION_PROMPTS);
        if (train.isEmpty() || heldOut.isEmpty()) {
            throw Problem.rejected(
                    "spec.data: found %d prompts to train on and %d held out whose right answer is known, expected some of both, as reinforcement rewards right answers. Add a source with answers, raise spec.data.heldOut.percent, or leave the stage out"
                            .formatted(train.size(), heldOut.size()));
        }
        return new PolicyTraining.Prompts(train, heldOut);
    }
}
