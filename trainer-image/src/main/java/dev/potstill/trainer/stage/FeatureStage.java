package dev.potstill.trainer.stage;

import dev.potstill.api.Feature;
import dev.potstill.api.Feature.Projection;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Balance;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.stage.FeatureObjective.Hidden;
import dev.potstill.trainer.train.TrainingSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Feature distillation: the student's hidden states are drawn to the teacher's, on a frozen base with adapters. */
public final class FeatureStage implements StageWork {

    @Override
    public Made make(StageContext context) {
        Endpoints.refuse(context.spec());
        Feature feature = context.spec().feature();
        try (Models.Open student = new Models(context).student()) {
            TrainingSet set = StageFiles.trainingSet(context, student.tokenizer(), feature.maxSamples());
            StageFiles.requirePositions(set, student);
            Training training = new Training(context, set, feature.epochs(), feature.learningRate());
            LanguageModel model = student.model();
            try (Hidden hidden = hidden(context, set, student);
                    Projections projections = projections(context, hidden, model);
                    Balance balance =
                            Balance.of(context.spec().student(), model.config().chosenExperts())) {
                StudentForm form = new StudentForm(context);
                List<String> names = form.ofAllLayers(model);
                Map<String, Tensor> trained = new LinkedHashMap<>(
                        Training.ownMemory(model, below(hidden.pairs().depth(), names)));
                trained.putAll(projections.trained());
                Training.Result result =
                        training.train(trained, new FeatureObjective(model, set, hidden, projections, balance));
                form.save(student);
                return result.made();
            }
        }
    }

    /** The weights of the first layers alone: those above the last layer that follows one get no gradient. */
    private static List<String> below(int depth, List<String> names) {
        List<String> prefixes = IntStream.range(0, depth)
                .mapToObj("model.layers.%d."::formatted)
                .toList();
        return names.stream()
                .filter(name -> prefixes.stream().anyMatch(name::startsWith))
                .toList();
    }

    private static Hidden hidden(StageContext context, TrainingSet set, Models.Open student) {
        try (Models.Open open = new Models(context).teacherToRead();
                Teacher teacher = new Teacher(open.model())) {
            Agreement.requireSameTokens(open, student);
            LayerPairs pairs = LayerPairs.of(
                    context.spec().feature(),
                    student.model().config().layers(),
                    open.model().config().layers());
            List<Integer> asked = List.copyOf(pairs.followed());
            List<Column> columns = Teacher.hiddenColumns(open.model(), asked);
            SignalStore store = new SignalStore(
                    StageFiles.signals(
                            context,
                            "hidden",
                            List.of(asked, set.digest(), open.model().type())),
                    set,
                    columns);
            store.fill(
                    "reading the teacher's hidden states",
                    (scope, samples) -> teacher.hidden(scope, set, samples, asked),
                    teacher.blockTokens(columns, Hardware.memory()),
                    context.progress(),
                    context.stop());
            return new Hidden(store, pairs, open.model().config().width());
        }
    }

    private static Projections projections(StageContext context, Hidden teacher, LanguageModel student) {
        int width = student.config().width();
        return context.spec().feature().projection() == Projection.Always || width != teacher.width()
                ? Projections.between(
                        teacher.pairs(),
                        width,
                        teacher.width(),
                        context.spec().training().seed())
                : Projections.none();
    }
}
