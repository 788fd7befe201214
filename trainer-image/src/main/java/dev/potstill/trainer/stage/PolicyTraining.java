package dev.potstill.trainer.stage;

import dev.potstill.api.Checkpoint;
import dev.potstill.api.Reinforcement;
import dev.potstill.contract.Problem;
import dev.potstill.contract.StageReport.Point;
import dev.potstill.trainer.reinforcement.Answers;
import dev.potstill.trainer.reinforcement.BestWeights;
import dev.potstill.trainer.reinforcement.Experience;
import dev.potstill.trainer.reinforcement.Improvement;
import dev.potstill.trainer.reinforcement.KlControl;
import dev.potstill.trainer.reinforcement.Learners;
import dev.potstill.trainer.reinforcement.Prompt;
import dev.potstill.trainer.reward.Asked;
import dev.potstill.trainer.run.NotFinite;
import dev.potstill.trainer.run.Stopped;
import dev.potstill.trainer.train.Checkpoints;
import dev.potstill.trainer.train.Epochs;
import dev.potstill.trainer.train.Guard;
import dev.potstill.trainer.train.Rollbacks;
import dev.potstill.trainer.train.Schedule;
import dev.potstill.trainer.weights.TensorEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Updates of the policy: answers, rewards, steps; now and then a validation; checkpoints. */
final class PolicyTraining {
    /** Validations over the whole stage, besides the one before the first update. */
    private static final int VALIDATIONS = 4;

    private final StageContext context;
    private final Reinforcement settings;
    private final Prompts prompts;
    private final Answers answers;
    private final Improvement improvement;
    private final KlControl klControl;
    private final Epochs epochs;
    private final Schedule schedule;
    private final Checkpoints checkpoints;
    private final Guard guard;

    record Prompts(List<Prompt> train, List<Prompt> heldOut) {
        List<Asked> asked() {
            return Stream.of(train, heldOut)
                    .flatMap(List::stream)
                    .map(Prompt::asked)
                    .toList();
        }
    }

    record Made(Map<String, Long> counts, Map<String, Double> measures, Map<String, List<Point>> curves) {
        StageWork.Made report(long parameters) {
            Map<String, Long> all = new LinkedHashMap<>(counts);
            all.put("parameters.trained", parameters);
            return new StageWork.Made(all, measures, List.of(), curves);
        }
    }

    PolicyTraining(StageContext context, Prompts prompts, Answers answers, Improvement improvement) {
        this.context = context;
        this.settings = context.spec().reinforcement();
        this.prompts = prompts;
        this.answers = answers;
        this.improvement = improvement;
        this.klControl = klControl(settings.klController());
        int batch = Math.min(settings.promptsPerUpdate(), prompts.train().size());
        int perEpoch = (prompts.train().size() + batch - 1) / batch;
        int rounds = (settings.updates() + perEpoch - 1) / perEpoch;
        this.epochs = new Epochs(
                prompts.train().size(),
                rounds,
                batch,
                1,
                context.spec().training().seed());
        this.schedule = new Schedule(
                Learning.rate(context.spec()), context.spec().training().warmupSteps(), settings.updates());
        Checkpoint checkpoint = context.spec().checkpoint();
        this.checkpoints =
                new Checkpoints(context.partial(), checkpoint.everySteps(), checkpoint.keep(), context.warnings());
        this.guard = new Guard(schedule, context.warnings());
    }

    Made run(Learners learners, BestWeights best) {
        PolicyState state = restored(learners, best).orElseGet(() -> start(learners, best));
        context.progress().restored(state.step());
        context.progress().begin("reinforcing", state.step(), settings.updates());
        while (state.step() < settings.updates()) {
            long next = state.step() + 1;
            state = next(state, learners, best);
            if (state.step() == next && isValidationDue(next)) {
                state = state.validated(answers.accuracy(prompts.heldOut()), accuracyCounts());
                if (state.bestStep() == state.step()) {
                    best.keep();
                }
            }
            boolean stopped = context.stop().isRaised();
            if (stopped || checkpoints.isDue(state.step(), settings.updates()) || guard.isCheckpointDue(state)) {
                checkpoints.save(state.step(), tensors(learners, best), state);
                context.progress().saved(state.step());
            }
            if (stopped) {
                throw new Stopped();
            }
        }
        return made(state);
    }

    private PolicyState next(PolicyState state, Learners learners, BestWeights best) {
        try {
            return guard.step(
                    state,
                    before -> update(before, learners),
                    () -> restored(learners, best).orElseThrow(checkpoints::noneIsSound));
        } catch (Stopped | Problem e) {
            checkpoints.saveBefore(e, state.step(), () -> tensors(learners, best), state);
            throw e;
        }
    }

    /** MiniLLM follows the teacher, and a reward may leave accuracy out. */
    private boolean accuracyCounts() {
        return settings.algorithm() != Reinforcement.Algorithm.MiniLLM
                && settings.reward().accuracyPercent() > 0;
    }

    private boolean isValidationDue(long step) {
        // The steps at which another of so many equal parts of the updates is done.
        return step * VALIDATIONS / settings.updates() > (step - 1) * VALIDATIONS / settings.updates();
    }

    /** A checkpoint of the very start, so that there is always one to go back to. */
    private PolicyState start(Learners learners, BestWeights best) {
        PolicyState fresh = new PolicyState(
                        0,
                        0,
                        Double.parseDouble(settings.klCoefficient()),
                        0,
                        -1,
                        new LinkedHashMap<>(),
                        Rollbacks.NONE)
                .validated(answers.accuracy(prompts.heldOut()), accuracyCounts());
        checkpoints.save(0, tensors(learners, best), fresh);
        return fresh;
    }

    private Optional<PolicyState> restored(Learners learners, BestWeights best) {
        List<PolicyState> found = new ArrayList<>();
        checkpoints.restore(PolicyState.class, (tensors, state) -> {
            learners.restore(tensors);
            best.restore(tensors);
            found.add(state);
        });
        return found.stream().findFirst();
    }

    private static List<TensorEntry> tensors(Learners learners, BestWeights best) {
        List<TensorEntry> all = new ArrayList<>(learners.state());
        all.addAll(best.state());
        return all;
    }

    private PolicyState update(PolicyState before, Learners learners) {
        List<Prompt> asked = Arrays.stream(epochs.microBatches(before.step()).getFirst())
                .mapToObj(prompts.train()::get)
                .toList();
        Answers.Judged judged = answers.sample(asked, settings.samplesPerPrompt(), before.step());
        Experience experience = improvement.algorithm().judge(judged.rollouts(), before.klCoefficient());
        Map<String, Double> terms = new LinkedHashMap<>(judged.terms());
        terms.put("kl", experience.divergence());
        terms.put("klCoefficient", before.klCoefficient());
        terms.putAll(improvement.on(experience, learners, schedule.rate(before.step()), before.step()));
        long step = before.step() + 1;
        NotFinite.check(terms);
        terms.forEach((name, value) -> PolicyState.add(before.curves(), name, step, value));
        context.progress().advance(step, experience.tokens(), terms);
        return new PolicyState(
                step,
                before.tokens() + experience.tokens(),
                klControl.next(
                        before.klCoefficient(),
                        experience.divergence(),
                        experience.answers().size()),
                before.bestStep(),
                before.bestAccuracy(),
                before.curves(),
                before.rollbacks());
    }

    private static KlControl klControl(Reinforcement.KlController settings) {
        return switch (settings.kind()) {
            case Fixed -> new KlControl.Fixed();
            case Adaptive -> new KlControl.Adaptive(Double.parseDouble(settings.target()), settings.horizon());
        };
    }

    private static Made made(PolicyState state) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("updates", state.step());
        counts.put("tokens", state.tokens());
        counts.put("validation.best.update", state.bestStep());
        state.rollbacks().addTo(counts);
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put(
                "validation.first",
                state.curves().getOrDefault("validation", List.of()).getFirst().value());
        measures.put("validation.best", state.bestAccuracy());
        return new Made(counts, measures, state.curves());
    }
}
