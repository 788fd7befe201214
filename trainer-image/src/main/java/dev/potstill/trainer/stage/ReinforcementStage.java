package dev.potstill.trainer.stage;

import dev.potstill.api.Reinforcement;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.reinforcement.Answers;
import dev.potstill.trainer.reinforcement.BestWeights;
import dev.potstill.trainer.reinforcement.Prompt;
import dev.potstill.trainer.reward.Reward;
import dev.potstill.trainer.reward.Verifiers;
import java.util.List;
import java.util.Map;

/**
 * Reinforcement: the student answers prompts whose right answer is known, is rewarded, and improves. The weights it ends with are those that did best on held-out prompts, the ones it began with among them.
 */
public final class ReinforcementStage implements StageWork {
    /** Held-out prompts answered at each validation. */
    private static final int VALIDATION_PROMPTS = 300;

    @Override
    public Made make(StageContext context) {
        Models models = new Models(context);
        boolean towardsTeacher = context.spec().reinforcement().algorithm() == Reinforcement.Algorithm.MiniLLM;
        try (Models.Open student = models.student();
                Models.Open reference = towardsTeacher ? models.teacher() : models.student()) {
            if (towardsTeacher) {
                Agreement.requireSameIds(
                        reference.tokenizer(),
                        student.tokenizer(),
                        "take a student with the teacher's tokenizer, or set spec.reinforcement.algorithm: PPO or GRPO");
            }
            return make(context, student, reference.model());
        }
    }

    private static Made make(StageContext context, Models.Open student, LanguageModel reference) {
        Reinforcement settings = context.spec().reinforcement();
        StudentForm form = new StudentForm(context);
        Map<String, Tensor> trained =
                Training.ownMemory(student.model(), form.ofLastLayers(student.model(), settings.unfrozenLayers()));
        PolicyTraining.Prompts prompts = prompts(context, student);
        try (Verifiers verifiers = Verifiers.ofMachine();
                Learning learning = new Learning(context.spec(), student.model(), reference, trained);
                Answers answers = answers(context, student, verifiers);
                BestWeights best = new BestWeights(trained)) {
            verifiers.prepare(prompts.asked());
            PolicyTraining.Made made = new PolicyTraining(context, prompts, answers, learning.improvement())
                    .run(learning.learners(), best);
            best.restoreLive();
            form.save(student);
            return made.report(learning.learners().elements());
        }
    }

    private static Answers answers(StageContext context, Models.Open student, Verifiers verifiers) {
        Reinforcement settings = context.spec().reinforcement();
        return new Answers(
                student.model(),
                student.tokenizer(),
                Reward.of(settings.reward(), verifiers),
                settings.maxTokens(),
                context.spec().training().seed());
    }

    private static PolicyTraining.Prompts prompts(StageContext context, Models.Open student) {
        Reinforcement.Verifier verifier = context.spec().reinforcement().verifier();
        List<Prompt> train = Prompt.read(
                StageFiles.data(context, DataFiles.PROMPTS), student.tokenizer(), Integer.MAX_VALUE, verifier);
        List<Prompt> heldOut = Prompt.read(
                StageFiles.data(context, DataFiles.HELD_OUT), student.tokenizer(), VALIDATION_PROMPTS, verifier);
        if (train.isEmpty() || heldOut.isEmpty()) {
            throw Problem.rejected(
                    "spec.data: found %d prompts to train on and %d held out whose right answer is known, expected some of both, as reinforcement rewards right answers. Add a source with answers, raise spec.data.heldOut.percent, or leave the stage out"
                            .formatted(train.size(), heldOut.size()));
        }
        return new PolicyTraining.Prompts(train, heldOut);
    }
}
