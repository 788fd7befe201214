package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Response;
import dev.potstill.api.Response.Divergence;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.loss.Balance;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.response.AlignedSignals;
import dev.potstill.trainer.response.FrozenLayers;
import dev.potstill.trainer.response.Lessons;
import dev.potstill.trainer.response.OwnAnswers;
import dev.potstill.trainer.response.ResponseLoss;
import dev.potstill.trainer.response.ResponseObjective;
import dev.potstill.trainer.response.Signals;
import dev.potstill.trainer.response.StoredLessons;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.train.TrainingSet;
import java.util.List;
import java.util.Optional;

/**
 * Response distillation: the last layers are unfrozen and the student's next-token distribution is drawn to the teacher's. What the
 * teacher says and what the frozen layers put out is computed once, but for the answers that the student writes on the way.
 */
public final class ResponseStage implements StageWork {

    @Override
    public Made make(StageContext context) {
        Endpoints.refuse(context.spec());
        Response response = context.spec().response();
        try (Models.Open student = new Models(context).student()) {
            LanguageModel model = student.model();
            StudentForm form = new StudentForm(context);
            FrozenLayers below = new FrozenLayers(model, model.frozenBelow(response.unfrozenLayers()));
            TrainingSet set = StageFiles.trainingSet(context, student.tokenizer(), null);
            StageFiles.requirePositions(set, student);
            Integer own = response.epochs();
            int epochs = own == null ? context.spec().training().epochs() : own;
            Training training = new Training(context, set, epochs, response.learningRate());
            ResponseLoss loss = loss(context.spec());
            try (Lessons lessons = lessons(context, set, below, student);
                    Scoring scoring = Scoring.of(context, set, below, student, loss);
                    Balance balance =
                            Balance.of(context.spec().student(), model.config().chosenExperts())) {
                ResponseObjective objective =
                        new ResponseObjective(below, lessons, scoring.answers(), loss, balance, training.steps());
                Training.Result result =
                        training.train(model, form.ofLastLayers(model, response.unfrozenLayers()), objective);
                form.save(student);
                return result.made();
            }
        }
    }

    private static Lessons lessons(StageContext context, TrainingSet set, FrozenLayers below, Models.Open student) {
        Signals teacher = teacher(context, set, student);
        return new StoredLessons(
                set, below, below.count() == 0 ? Optional.empty() : states(context, set, below), teacher);
    }

    private static Optional<SignalStore> states(StageContext context, TrainingSet set, FrozenLayers below) {
        List<?> settings = List.of(below.count(), set.digest(), below.model().type(), StageFiles.student(context));
        return Optional.of(below.store(StageFiles.signals(context, "frozen", settings), set)
                .fill(
                        "running the frozen layers",
                        (scope, samples) -> below.compute(scope, set, samples),
                        context.progress(),
                        context.stop()));
    }

    private static Signals teacher(StageContext context, TrainingSet set, Models.Open student) {
        double temperature = signalTemperature(context.spec());
        if (context.spec().response().divergence() == Divergence.ULD) {
            try (Models.Open open = new Models(context).teacherToRead();
                    TopSource teacher = TopTeacher.top(context, open, temperature)) {
                TrainingSet read = StageFiles.trainingSet(context, open.tokenizer(), null);
                return new AlignedSignals(store(context, read, teacher), read, set);
            }
        }
        try (TopTeacher teacher = TopTeacher.of(context, student, temperature)) {
            return new Signals.Stored(store(context, set, teacher.source()));
        }
    }

    private static ResponseLoss loss(DistillationRunSpec spec) {
        return Endpoints.isTeacher(spec) ? ResponseLoss.pooled(spec.response()) : ResponseLoss.of(spec.response());
    }

    private static double signalTemperature(DistillationRunSpec spec) {
        try (ResponseLoss loss = loss(spec)) {
            return loss.signalTemperature();
        }
    }

    private static SignalStore store(StageContext context, TrainingSet read, TopSource teacher) {
        List<Column> columns = Teacher.topColumns(teacher.k());
        List<?> settings = List.of(columns, teacher.temperature(), read.digest(), teacher.identity());
        return new SignalStore(StageFiles.signals(context, "top", settings), read, columns)
                .fill(
                        "reading the teacher's answers",
                        (scope, samples) -> Teacher.rows(teacher.said(scope, read, samples)),
                        teacher.blockTokens(Hardware.memory()),
                        context.progress(),
                        context.stop());
    }

    /** The teacher, open for as long as the student's own answers are scored; nothing where it writes none. */
    private record Scoring(Optional<OwnAnswers> answers, Optional<TopTeacher> teacher) implements AutoCloseable {

        static Scoring of(
                StageContext context, TrainingSet set, FrozenLayers below, Models.Open student, ResponseLoss loss) {
            Response response = context.spec().response();
            if (response.onPolicyPercent() == 0) {
                return new Scoring(Optional.empty(), Optional.empty());
            }
            TopTeacher teacher = TopTeacher.of(context, student, loss.signalTemperature());
            OwnAnswers.Settings settings = new OwnAnswers.Settings(
                    response.onPolicyPercent(),
                    response.onPolicyMaxTokens(),
                    context.spec().training().maxLength(),
                    student.tokenizer().eosIds(),
                    context.spec().training().seed());
            return new Scoring(
                    Optional.of(new OwnAnswers(set, below, teacher.source(), settings)), Optional.of(teacher));
        }

        @Override
        public void close() {
            answers.ifPresent(OwnAnswers::close);
            teacher.ifPresent(TopTeacher::close);
        }
    }
}
