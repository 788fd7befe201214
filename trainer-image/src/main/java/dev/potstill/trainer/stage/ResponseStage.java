package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Response;
import dev.potstill.api.Response.Divergence;
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
import dev.potstill.trainer.signals.Kind;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.TrainingSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Response distillation: the last layers are unfrozen and the student's next-token distribution is drawn to the teacher's. What the
 * teacher says and what the frozen layers put out is computed once, but for the answers that the student writes on the way.
 */
public final class ResponseStage implements StageWork {
    static final String SAID = "what the teacher says";
    static final String FROZEN = "what the frozen layers put out";

    @Override
    public Made make(StageContext context) {
        Endpoints.refuse(context.spec());
        Response response = context.spec().response();
        try (Models.Open student = new Models(context).student()) {
            LanguageModel model = student.model();
            StudentForm form = new StudentForm(context);
            FrozenLayers below = new FrozenLayers(model, model.config().frozenBelow(response.unfrozenLayers()));
            TrainingSet set = StageFiles.trainingSet(context, student.tokenizer(), null);
            StageFiles.requirePositions(set, student);
            Integer own = response.epochs();
            int epochs = own == null ? context.spec().training().epochs() : own;
            Training training = new Training(context, set, epochs, response.learningRate());
            ResponseLoss loss = loss(context.spec());
            try (StageSignals signals = StageSignals.of(context);
                    Lessons lessons = lessons(signals, set, below, student);
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

    private static Lessons lessons(StageSignals signals, TrainingSet set, FrozenLayers below, Models.Open student) {
        Signals teacher = teacher(signals, set, student);
        return new StoredLessons(
                set, below, below.count() == 0 ? Optional.empty() : states(signals, set, below, student), teacher);
    }

    private static Optional<SignalStore> states(
            StageSignals signals, TrainingSet set, FrozenLayers below, Models.Open student) {
        SignalStore store = signals.store(set, List.of(frozen(signals, below.count(), below.column())));
        if (!signals.keeps(store, FROZEN, Optional.empty())) {
            store.close();
            return Optional.empty();
        }
        store.fill(
                "running the frozen layers",
                below::compute,
                signals.context().progress(),
                signals.context().stop());
        // Frozen layers are not passed again.
        student.files().weights().unload();
        return Optional.of(store);
    }

    private static Signals teacher(StageSignals signals, TrainingSet set, Models.Open student) {
        StageContext context = signals.context();
        double temperature = signalTemperature(context.spec());
        if (context.spec().response().divergence() == Divergence.ULD) {
            TrainingSet read = read(context);
            int vocabulary = new Models(context).teacherConfig().vocabulary();
            Signals said = said(signals, read, vocabulary, student, () -> TopTeacher.apart(context, temperature));
            return new AlignedSignals(said, read, set);
        }
        int vocabulary = student.model().config().vocabulary();
        return said(signals, set, vocabulary, student, () -> TopTeacher.of(context, student, temperature));
    }

    /** The rows as the teacher reads them. */
    private static TrainingSet read(StageContext context) {
        try (Tokenizer tokenizer = new Models(context).teacherTokenizer()) {
            return StageFiles.trainingSet(context, tokenizer, null);
        }
    }

    /** What the teacher says of these rows: the teacher is opened only where something is missing. */
    private static Signals said(
            StageSignals signals, TrainingSet set, int vocabulary, Models.Open student, Supplier<TopTeacher> opener) {
        StageContext context = signals.context();
        SignalStore store = signals.store(set, List.of(top(signals, vocabulary)));
        if (store.isComplete()) {
            return new Signals.Stored(store);
        }
        TopTeacher teacher = opener.get();
        if (!signals.keeps(store, SAID, teacher.never())) {
            store.close();
            return new Signals.Computed(teacher.source(), set, teacher::close);
        }
        try (teacher) {
            TopSource source = teacher.source();
            store.fill(
                    "reading the teacher's answers",
                    (scope, rest, samples) -> Teacher.rows(source.said(scope, rest, samples)),
                    teacher.blockTokens(student),
                    context.progress(),
                    context.stop());
        }
        return new Signals.Stored(store);
    }

    private static ResponseLoss loss(DistillationRunSpec spec) {
        return Endpoints.isTeacher(spec) ? ResponseLoss.pooled(spec.response()) : ResponseLoss.of(spec.response());
    }

    private static double signalTemperature(DistillationRunSpec spec) {
        return ResponseLoss.signalTemperature(spec.response(), Endpoints.isTeacher(spec));
    }

    /** What is kept of a teacher of so many tokens. */
    static Kind top(StageSignals signals, int vocabulary) {
        DistillationRunSpec spec = signals.context().spec();
        int k = Math.min(spec.response().topK(), vocabulary);
        List<?> settings = List.of(signalTemperature(spec), new Models(signals.context()).type());
        return signals.ofTeacher("top", settings, Teacher.topColumns(k, vocabulary));
    }

    /** What is kept of so many frozen layers. */
    static Kind frozen(StageSignals signals, int count, Column column) {
        return signals.ofStudent("frozen", List.of(count), List.of(column));
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
