package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.contract.StageEstimate;
import dev.potstill.trainer.estimate.Batch;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Phases;
import dev.potstill.trainer.estimate.Trained;
import dev.potstill.trainer.model.RowBudget;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a stage is going to take, worked out from its settings, its models' shapes and its rows. No weight is read. */
final class Forecast {
    /** Tokens that a model reads at once when nothing is learned. */
    private static final long READ_TOKENS = 4096;

    /** Places that the data stage fills at once. */
    private static final long DATA_PLACES = 1 << 14;

    private final StageContext context;
    private final Stage stage;
    private final Shapes shapes;
    private final int batchSize;
    private final Optional<Batch> fixed;

    /** @param batchSize in the place of the run's own */
    Forecast(Stage stage, Shapes shapes, int batchSize) {
        this(stage, shapes, batchSize, Optional.empty());
    }

    /** @param fixed the batch to train on, in the place of what is known of the rows */
    Forecast(Stage stage, Shapes shapes, int batchSize, Optional<Batch> fixed) {
        this.fixed = fixed;
        this.context = shapes.context();
        this.stage = stage;
        this.shapes = shapes;
        this.batchSize = batchSize;
    }

    StageEstimate estimate() {
        boolean known = shapes.rows(stage).isPresent();
        return new StageEstimate(
                stage, phases().widest(), new DiskForecast(stage, shapes).parts(), steps(), !known, null);
    }

    private Phases phases() {
        return switch (stage) {
            case Data -> data();
            case Feature -> feature();
            case Response -> response();
            case Reinforcement -> reinforcement();
            case Quantization -> quantization();
            case Evaluation -> evaluation();
        };
    }

    private @Nullable Long steps() {
        return shapes.rows(stage)
                .map(set -> shapes.epochs(stage, set, batchSize).steps())
                .orElse(null);
    }

    private ModelSize student() {
        return shapes.student();
    }

    private Batch batch() {
        if (fixed.isPresent()) {
            return fixed.get();
        }
        long length = context.spec().training().maxLength();
        return shapes.rows(stage)
                .map(set -> Batch.of(set, shapes.looked(stage, set, batchSize)))
                .orElseGet(() -> Batch.atMost(batchSize, length));
    }

    private long teacherWeights() {
        return shapes.teacher().map(ModelSize::weights).orElse(0L);
    }

    static Map<String, Long> parts(Object... namesAndBytes) {
        Map<String, Long> parts = new LinkedHashMap<>();
        for (int i = 0; i < namesAndBytes.length; i += 2) {
            parts.put((String) namesAndBytes[i], ((Number) namesAndBytes[i + 1]).longValue());
        }
        return parts;
    }

    /** Reading a model's signals, with the student open beside it. */
    private Map<String, Long> reading(ModelSize model, long beside, long keptOfToken, long logits) {
        Batch read = fixed.orElseGet(() -> Batch.atMost(1, READ_TOKENS));
        long block = read.tokens() * (4L * model.config().width() * model.type().bytes() + 2 * keptOfToken);
        return parts(
                "teacher", model.weights(),
                "student", beside,
                "activations", model.passing(read),
                "signals", block,
                "head", logits);
    }

    // ---- the stages

    private Phases data() {
        long places = fixed.map(Batch::places).orElse(DATA_PLACES);
        Phases phases = new Phases();
        shapes.teacher()
                .ifPresent(teacher -> phases.working(parts(
                        "teacher",
                        teacher.weights(),
                        "activations",
                        teacher.passing(Batch.atMost(1, places)),
                        "cache of keys and values",
                        context.spec().data().augmentation().samplesPerPrompt() > 0 ? teacher.cache(places) : 0L,
                        "head",
                        teacher.readLogits(places))));
        return phases;
    }

    private Phases feature() {
        Batch batch = batch();
        long width = student().config().width();
        long pairs = shapes.pairs();
        long wanted = shapes.teacherWidth() * student().type().bytes();
        LearnedPart learned = LearnedPart.ofAll(shapes);
        Trained trained = learned.trained();
        Phases phases = new Phases();
        shapes.teacher()
                .ifPresent(teacher -> phases.and(reading(teacher, student().weights(), wanted * shapes.followed(), 0)));
        phases.learning(
                parts(
                        "student", student().weights(),
                        "trained weights", trained.weights(),
                        "moments", trained.moments(),
                        "activations",
                                learned.kept(batch)
                                        + batch.tokens()
                                                * shapes.depth()
                                                * width
                                                * student().type().bytes(),
                        "signals", batch.tokens() * pairs * (wanted + (long) shapes.teacherWidth() * Float.BYTES)),
                learned.made(batch));
        long merged = student().config().parameters() * student().type().bytes();
        return phases.and(parts("student", student().weights() + merged, "trained weights", trained.weights()));
    }

    private Phases response() {
        Batch batch = batch();
        var settings = context.spec().response();
        long k = Math.min(settings.topK(), student().config().vocabulary());
        LearnedPart learned = LearnedPart.ofLast(shapes, settings.unfrozenLayers());
        Trained trained = learned.trained();
        Phases phases = new Phases();
        shapes.teacher()
                .ifPresent(teacher ->
                        phases.and(reading(teacher, student().weights(), 8 * k, teacher.readLogits(READ_TOKENS))));
        long hidden =
                batch.targets() * student().config().width() * student().type().bytes() * 4;
        return phases.learning(
                parts(
                        "teacher", settings.onPolicyPercent() > 0 ? teacherWeights() : 0L,
                        "student", student().weights(),
                        "trained weights", trained.weights(),
                        "moments", trained.moments(),
                        "activations", learned.kept(batch) + hidden,
                        "signals",
                                batch.targets() * 8 * k
                                        + batch.tokens()
                                                * student().config().width()
                                                * student().type().bytes(),
                        "head", student().learnedLogits(batch.targets())),
                learned.made(batch));
    }

    private Phases reinforcement() {
        var settings = context.spec().reinforcement();
        long prompt = shapes.rows()
                .map(set -> IntStream.range(0, set.size())
                        .mapToLong(set::tokens)
                        .max()
                        .orElse(0))
                .orElse((long) context.spec().training().maxLength());
        long length = prompt + settings.maxTokens();
        long answers = (long) settings.promptsPerUpdate() * settings.samplesPerPrompt();
        Batch batch = fixed.orElseGet(() -> Batch.atMost(Math.min(batchSize, answers), length));
        LearnedPart learned = LearnedPart.ofLast(shapes, settings.unfrozenLayers());
        Trained trained = learned.trained();
        long rows = fixed.isPresent()
                ? 1
                : Math.min(
                        answers,
                        RowBudget.ofMachine()
                                .rows(
                                        student().config(),
                                        student().type(),
                                        Math.toIntExact(prompt),
                                        settings.maxTokens()));
        Map<String, Long> always = parts(
                "student", student().weights(),
                "reference", student().weights(),
                "trained weights", trained.weights() + trained.parameters() * Float.BYTES,
                "moments", trained.moments());
        Map<String, Long> learning = new LinkedHashMap<>(always);
        learning.put("activations", learned.kept(batch));
        learning.put("head", student().learnedLogits(batch.tokens()));
        Map<String, Long> answering = new LinkedHashMap<>(always);
        answering.put("activations", student().passing(Batch.atMost(rows, prompt)));
        answering.put("cache of keys and values", student().cache(rows * length));
        return new Phases().learning(learning, learned.made(batch)).and(answering);
    }

    private Phases quantization() {
        long length = context.spec().training().maxLength();
        long tokens =
                fixed.map(Batch::tokens).orElse(context.spec().quantization().calibrationSamples() * length);
        long width = student().config().width();
        long largest = student().config().largestLayer();
        return new Phases()
                .working(parts(
                        "student",
                        student().weights(),
                        "activations",
                        Math.min(tokens, READ_TOKENS) * width * 8L * Float.BYTES
                                + tokens * width * 2L * student().type().bytes(),
                        "layer",
                        largest * 3 * Float.BYTES));
    }

    private Phases evaluation() {
        long read = fixed.map(Batch::tokens).orElse(READ_TOKENS);
        int length = fixed.isPresent() ? 1 : context.spec().training().maxLength();
        int rows = fixed.isPresent()
                ? 1
                : RowBudget.ofMachine().rows(student().config(), student().type(), length, length);
        return new Phases()
                .working(parts(
                        "teacher", teacherWeights(),
                        "student", student().weights(),
                        "activations", student().passing(Batch.atMost(1, Math.max(read, (long) rows * length))),
                        "cache of keys and values", student().cache((long) rows * length)));
    }
}
