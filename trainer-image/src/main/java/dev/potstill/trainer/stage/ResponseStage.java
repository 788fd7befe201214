package dev.potstill.trainer.stage;

import dev.potstill.api.Response;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Divergence;
import dev.potstill.trainer.loss.NextTokenDivergence;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.train.TrainingSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Response distillation: the last layers are unfrozen and the student's next-token distribution is drawn to the teacher's. What the
 * teacher says and what the frozen layers put out is computed once.
 */
public final class ResponseStage implements StageWork {

    @Override
    public Made make(StageContext context) {
        Response response = context.spec().response();
        try (Models.Open student = new Models(context).student()) {
            LanguageModel model = student.model();
            TrainingSet set = StageFiles.trainingSet(context, student.tokenizer(), null);
            int frozen = model.frozenBelow(response.unfrozenLayers());
            Integer own = response.epochs();
            int epochs = own == null ? context.spec().training().epochs() : own;
            Training training = new Training(context, set, epochs, response.learningRate());
            try (SignalStore teacher = teacher(context, set, student);
                    FrozenLayers below = FrozenLayers.of(context, set, model, frozen)) {
                NextTokenDivergence loss =
                        new NextTokenDivergence(divergence(response), Double.parseDouble(response.temperature()));
                ResponseObjective objective = new ResponseObjective(model, set, teacher, below, loss);
                Training.Result result =
                        training.train(model, model.lastLayerNames(response.unfrozenLayers()), objective);
                StageFiles.saveStudent(context, student);
                return result.made();
            }
        }
    }

    private static Divergence divergence(Response response) {
        return switch (response.divergence()) {
            case ForwardKL -> new Divergence.ForwardKl();
            case ReverseKL -> new Divergence.ReverseKl();
            case JensenShannon -> new Divergence.JensenShannon(0.5);
        };
    }

    private static SignalStore teacher(StageContext context, TrainingSet set, Models.Open student) {
        try (TopTeacher teacher = TopTeacher.of(context, set, student)) {
            SignalStore store = new SignalStore(
                    StageFiles.signals(context, "top", teacher.source().identity()),
                    set,
                    Teacher.topColumns(teacher.source().k()));
            return store.fill(
                    "reading the teacher's answers", teacher.source()::top, context.progress(), context.stop());
        }
    }

    /** What the layers below the first trained one put out, computed once; nothing is stored where all layers are trained. */
    record FrozenLayers(LanguageModel model, TrainingSet set, int count, List<SignalStore> stored)
            implements AutoCloseable {
        private static final String STATES = "states";

        static FrozenLayers of(StageContext context, TrainingSet set, LanguageModel model, int count) {
            if (count == 0) {
                return new FrozenLayers(model, set, 0, List.of());
            }
            Column states = new Column(STATES, model.type(), model.config().width(), Column.Rows.Tokens);
            SignalStore store = new SignalStore(
                    StageFiles.signals(
                            context, "frozen", List.of(count, set.digest(), model.type(), StageFiles.student(context))),
                    set,
                    List.of(states));
            store.fill(
                    "running the frozen layers",
                    (scope, samples) -> Map.of(STATES, run(scope, model, set, samples, count)),
                    context.progress(),
                    context.stop());
            return new FrozenLayers(model, set, count, List.of(store));
        }

        private static Tensor run(Scope scope, LanguageModel model, TrainingSet set, int[] samples, int count) {
            Packed batch =
                    model.pack(scope, Arrays.stream(samples).mapToObj(set::ids).toList());
            return model.forward(scope, model.embed(scope, batch.ids()), batch, 0, count);
        }

        /** What goes into the first trained layer [N, width]. */
        Tensor states(Scope scope, Packed batch, int[] samples) {
            return stored.isEmpty()
                    ? model.embed(scope, batch.ids())
                    : stored.getFirst().rows(scope, STATES, samples);
        }

        @Override
        public void close() {
            stored.forEach(SignalStore::close);
        }
    }
}
