package dev.potstill.trainer.stage;

import dev.potstill.api.Feature;
import dev.potstill.api.Feature.Projection;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Balance;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.Kind;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.stage.FeatureObjective.Hidden;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Feature distillation: the student's hidden states are drawn to the teacher's, on a frozen base with adapters. */
public final class FeatureStage implements StageWork {
    static final String STATES = "the teacher's hidden states";

    @Override
    public Made make(StageContext context) {
        Endpoints.refuse(context.spec());
        Feature feature = context.spec().feature();
        try (Models.Open student = new Models(context).student()) {
            TrainingSet set = StageFiles.trainingSet(context, student.tokenizer(), feature.maxSamples());
            StageFiles.requirePositions(set, student);
            Training training = new Training(context, set, feature.epochs(), feature.learningRate());
            LanguageModel model = student.model();
            try (StageSignals signals = StageSignals.of(context);
                    Hidden hidden = hidden(signals, set, student);
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

    private static Hidden hidden(StageSignals signals, TrainingSet set, Models.Open student) {
        StageContext context = signals.context();
        Models models = new Models(context);
        ModelConfig teacher = models.teacherConfig();
        LayerPairs pairs =
                LayerPairs.of(context.spec().feature(), student.model().config().layers(), teacher.layers());
        List<Integer> layers = List.copyOf(pairs.followed());
        List<Column> columns = columns(teacher, models.type(), layers);
        SignalStore store = signals.store(set, kinds(signals, columns));
        HiddenStates states = store.isComplete()
                ? new HiddenStates.Stored(store)
                : filled(signals, store, columns, computed(signals, set, layers, student), student);
        return new Hidden(states, pairs, teacher.width());
    }

    /** What is kept of these layers of a teacher. */
    static List<Column> columns(ModelConfig teacher, ElementType type, Collection<Integer> layers) {
        return layers.stream()
                .map(layer -> Teacher.hiddenColumn(teacher, type, layer))
                .toList();
    }

    /** A kind a layer, so that a student of other layers finds those that both ask for. */
    static List<Kind> kinds(StageSignals signals, List<Column> columns) {
        return columns.stream()
                .map(column -> signals.ofTeacher(column.name(), List.of(), List.of(column)))
                .toList();
    }

    private static HiddenStates.Computed computed(
            StageSignals signals, TrainingSet set, List<Integer> layers, Models.Open student) {
        Models.Open open = new Models(signals.context()).teacherToRead();
        var computed = new HiddenStates.Computed(open, new Teacher(open.model()), set, layers);
        try {
            Agreement.requireSameTokens(open, student);
            return computed;
        } catch (Problem e) {
            computed.close();
            throw e;
        }
    }

    /** The states as they are stored, or, where there is no room, as they are computed. */
    private static HiddenStates filled(
            StageSignals signals,
            SignalStore store,
            List<Column> columns,
            HiddenStates.Computed computed,
            Models.Open student) {
        boolean streamed = computed.open().model().isStreamed();
        Optional<String> never = streamed ? Optional.of(StageSignals.STREAMED) : Optional.empty();
        if (!signals.keeps(store, STATES, never)) {
            store.close();
            return computed;
        }
        try (computed) {
            store.fill(
                    "reading the teacher's hidden states",
                    (scope, rest, samples) -> computed.teacher().hidden(scope, rest, samples, computed.layers()),
                    computed.teacher().blockTokens(columns, computed.open().memoryBeside(student)),
                    signals.context().progress(),
                    signals.context().stop());
        }
        return new HiddenStates.Stored(store);
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
