package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Reinforcement;
import dev.potstill.api.Response;
import dev.potstill.api.Stage;
import dev.potstill.trainer.estimate.Batch;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Parts;
import dev.potstill.trainer.estimate.Phases;
import dev.potstill.trainer.estimate.Trained;
import dev.potstill.trainer.model.RowBudget;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Memory of the stages in which the student learns. */
record LearningForecast(Shapes shapes, int batchSize, boolean least, SignalForecast signals) {

    Phases feature() {
        Batch batch = batch(Stage.Feature);
        long wanted = shapes.teacherWidth() * student().type().bytes();
        LearnedPart learned = LearnedPart.ofAll(shapes);
        Trained trained = learned.trained();
        Phases phases = new Phases();
        readBefore()
                .ifPresent(teacher -> phases.and(reading(
                        Stage.Feature, teacher, wanted * shapes.followedLayers().size(), 0)));
        Optional<ModelSize> beside = runAtEachStep();
        long states = width(batch.tokens() * shapes.depth());
        learning(
                phases,
                () -> standing(Stage.Feature, beside, 1, student().held(), trained),
                batchParts -> batchParts
                        .and("teacher's activations", passing(beside, batch))
                        .and("activations", learned.kept(batch) + states)
                        .and(
                                "signals",
                                batch.tokens()
                                        * shapes.pairs()
                                        * (wanted + (long) shapes.teacherWidth() * Float.BYTES)),
                trained,
                learned.made(batch));
        long merged = student().config().parameters() * student().type().bytes();
        return phases.and(
                new Parts().and("student", student().held() + merged).and("trained weights", trained.weights()));
    }

    Phases response() {
        Batch batch = batch(Stage.Response);
        Response settings = spec().response();
        long said = 8L * Math.min(settings.topK(), student().config().vocabulary());
        LearnedPart learned = LearnedPart.ofLast(shapes, settings.unfrozenLayers());
        Trained trained = learned.trained();
        Phases phases = new Phases();
        readBefore()
                .ifPresent(teacher ->
                        phases.and(reading(Stage.Response, teacher, said, teacher.head(Forecast.READ_TOKENS))));
        boolean own = settings.onPolicyPercent() > 0;
        Optional<ModelSize> beside = own ? shapes.teacher() : runAtEachStep();
        int times = own && signals.isTeacherRunAtEachStep() ? 2 : 1;
        long above = signals.isFrozenKept()
                ? student().heldAbove(learned.from())
                : student().held();
        return learning(
                phases,
                () -> standing(Stage.Response, beside, times, above, trained),
                batchParts -> batchParts
                        .and("teacher's activations", passing(beside, batch))
                        .and("activations", learned.kept(batch) + width(batch.targets()) * 4)
                        .and("signals", batch.targets() * said + width(batch.tokens()))
                        .and(
                                "head",
                                Math.max(
                                        student().head(batch.targets()),
                                        beside.map(teacher -> teacher.head(batch.targets()))
                                                .orElse(0L))),
                trained,
                learned.made(batch));
    }

    /** What is there while the student learns, whatever is done. */
    private Parts standing(Stage stage, Optional<ModelSize> teacher, int times, long student, Trained trained) {
        return new Parts()
                .and("rows", shapes.heap(stage))
                .and("teacher", weights(teacher, times))
                .and("student", student)
                .and("trained weights", trained.weights())
                .and("moments", trained.moments());
    }

    /** A batch that passes, and the optimiser's step after it, when nothing of the batch is left. */
    private static Phases learning(
            Phases phases, Supplier<Parts> standing, UnaryOperator<Parts> ofBatch, Trained trained, long made) {
        return phases.learning(ofBatch.apply(standing.get()), made)
                .learning(standing.get().and("gradients in fp32", trained.step()), made);
    }

    /** The teacher, where it is read before there is learning. */
    private Optional<ModelSize> readBefore() {
        return shapes.teacher().filter(_ -> !signals.isTeacherRunAtEachStep() && !signals.isTeacherDone());
    }

    /** The teacher, where it stays open as there is no room for what it says. */
    private Optional<ModelSize> runAtEachStep() {
        return shapes.teacher().filter(_ -> signals.isTeacherRunAtEachStep());
    }

    /** Of a model that is open so many times: what is mapped is there once. */
    private static long weights(Optional<ModelSize> model, int times) {
        return model.map(size -> size.read() == 0 ? size.weights() : times * size.weights())
                .orElse(0L);
    }

    private static long passing(Optional<ModelSize> model, Batch batch) {
        return model.map(size -> size.passing(batch)).orElse(0L);
    }

    Phases reinforcement() {
        Reinforcement settings = spec().reinforcement();
        long prompt = longestPrompt();
        long length = prompt + settings.maxTokens();
        long answers = (long) settings.promptsPerUpdate() * settings.samplesPerPrompt();
        Batch batch = least ? Batch.atMost(1, 1) : Batch.atMost(Math.min(batchSize, answers), length);
        LearnedPart learned = LearnedPart.ofLast(shapes, settings.unfrozenLayers());
        long rows = least ? 1 : Math.min(answers, rowsAtOnce(prompt, settings.maxTokens()));
        return learning(
                        new Phases(),
                        () -> policy(learned.trained()),
                        batchParts -> batchParts
                                .and("activations", learned.kept(batch))
                                .and("head", student().head(batch.tokens())),
                        learned.trained(),
                        learned.made(batch))
                .and(policy(learned.trained())
                        .and("activations", student().passing(Batch.atMost(rows, prompt)))
                        .and("cache of keys and values", student().cache(rows * length)));
    }

    /** What is there all the while. */
    private Parts policy(Trained trained) {
        return new Parts()
                .and("student", student().held())
                .and(
                        "reference",
                        towardsTeacher()
                                ? weights(shapes.teacher().map(ModelSize::whole), 1)
                                : student().held())
                .and("trained weights", trained.weights() + trained.parameters() * Float.BYTES)
                .and("moments", trained.moments());
    }

    private boolean towardsTeacher() {
        return spec().reinforcement().algorithm() == Reinforcement.Algorithm.MiniLLM;
    }

    private long longestPrompt() {
        return shapes.rows()
                .map(set -> IntStream.range(0, set.size())
                        .mapToLong(set::tokens)
                        .max()
                        .orElse(0))
                .orElse((long) spec().training().maxLength());
    }

    private long rowsAtOnce(long prompt, int maxTokens) {
        return RowBudget.ofMachine().rows(student().config(), student().type(), Math.toIntExact(prompt), maxTokens);
    }

    /** Reading the teacher's signals, with the student open beside it. */
    private Parts reading(Stage stage, ModelSize teacher, long keptOfToken, long logits) {
        return Forecast.reading(teacher, least, keptOfToken)
                .and("rows", shapes.heap(stage))
                .and("student", student().idle())
                .and("head", logits);
    }

    private Batch batch(Stage stage) {
        if (least) {
            return Batch.atMost(1, 1);
        }
        return shapes.rows(stage)
                .map(set -> Batch.of(set, shapes.looked(stage, set, batchSize)))
                .orElseGet(() -> Batch.atMost(batchSize, spec().training().maxLength()));
    }

    /** Bytes of the student's hidden states of so many tokens. */
    private long width(long tokens) {
        return tokens * student().config().width() * student().type().bytes();
    }

    private DistillationRunSpec spec() {
        return shapes.context().spec();
    }

    private ModelSize student() {
        return shapes.student();
    }
}
