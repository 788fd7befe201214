package dev.potstill.trainer.stage;

import dev.potstill.api.Feature;
import dev.potstill.api.Student.Architecture;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.train.TrainingSet;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Feature distillation: the student's hidden states are drawn to the teacher's, on a frozen base with adapters. */
public final class FeatureStage implements StageWork {

    @Override
    public Made make(StageContext context) {
        Endpoints.refuseHiddenStates(context.spec());
        Feature feature = context.spec().feature();
        try (Models.Open student = new Models(context).student()) {
            TrainingSet set = StageFiles.trainingSet(context, student.tokenizer(), feature.maxSamples());
            Training training = new Training(context, set, feature.epochs(), feature.learningRate());
            try (Hidden hidden = hidden(context, set, student)) {
                LanguageModel model = student.model();
                boolean adapters = context.spec().student().architecture() == Architecture.LoRA;
                List<String> trained = adapters ? adapters(context, model) : all(model);
                Training.Result result = training.train(model, trained, new FeatureObjective(model, set, hidden));
                if (adapters) {
                    model.merge();
                }
                StageFiles.saveStudent(context, student);
                return result.made();
            }
        }
    }

    private static List<String> adapters(StageContext context, LanguageModel model) {
        model.attach(Adapters.of(context.spec().student().lora()));
        AdapterStart.randomise(model, context.spec().training().seed());
        return model.adapterNames();
    }

    private static List<String> all(LanguageModel model) {
        return model.lastLayerNames(model.config().layers());
    }

    /** The teacher's hidden states, and after which of its layers each student layer's are looked for. */
    record Hidden(SignalStore store, List<Integer> followed) implements AutoCloseable {
        @Override
        public void close() {
            store.close();
        }
    }

    private static Hidden hidden(StageContext context, TrainingSet set, Models.Open student) {
        try (Models.Open open = new Models(context).teacher();
                Teacher teacher = new Teacher(open.model(), set)) {
            Agreement.requireSameTokens(open, student);
            requireSameWidth(open.model(), student.model());
            List<Integer> followed = uniform(
                    student.model().config().layers(), open.model().config().layers());
            List<Integer> asked = List.copyOf(new TreeSet<>(followed));
            SignalStore store = new SignalStore(
                    StageFiles.signals(
                            context,
                            "hidden",
                            List.of(asked, set.digest(), open.model().type())),
                    set,
                    Teacher.hiddenColumns(open.model(), asked));
            store.fill(
                    "reading the teacher's hidden states",
                    (scope, samples) -> teacher.hidden(scope, samples, asked),
                    context.progress(),
                    context.stop());
            return new Hidden(store, followed);
        }
    }

    private static void requireSameWidth(LanguageModel teacher, LanguageModel student) {
        if (teacher.config().width() != student.config().width()) {
            throw Problem.unfit(
                    "hidden_size: found %d of the student and %d of the teacher, expected equal ones; the feature stage compares hidden states. Leave out the stage or take a student of the teacher's width"
                            .formatted(
                                    student.config().width(), teacher.config().width()));
        }
    }

    /** Student layer i follows the teacher layer at the same share of the depth; the last follows the last. */
    static List<Integer> uniform(int student, int teacher) {
        List<Integer> followed = new ArrayList<>();
        for (int i = 1; i <= student; i++) {
            followed.add(Math.max(1, (int) Math.round((double) i * teacher / student)) - 1);
        }
        return followed;
    }
}
