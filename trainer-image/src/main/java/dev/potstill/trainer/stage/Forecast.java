package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.contract.ByteSize;
import dev.potstill.contract.StageEstimate;
import dev.potstill.trainer.estimate.Batch;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Phases;
import dev.potstill.trainer.estimate.Trained;
import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.model.RowBudget;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
        return new StageEstimate(stage, phases().widest(), disk(), steps(), !known, null);
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

    private Map<String, Long> disk() {
        return switch (stage) {
            case Data, Evaluation -> Map.of();
            case Feature -> trainingDisk(featureTrained(), hiddenBytes());
            case Response -> trainingDisk(responseTrained(), topBytes() + frozenBytes());
            // The best weights are a part of each saved state.
            case Reinforcement ->
                trainingDisk(
                        new Trained(
                                reinforcementTrained().parameters() * 4 / 3,
                                student().type()),
                        0);
            case Quantization -> parts("student", student().config().parameters());
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

    private static Map<String, Long> parts(Object... namesAndBytes) {
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
                .ifPresent(teacher -> phases.and(parts(
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

    private Trained featureTrained() {
        return shapes.isLora()
                ? Trained.adapters(student().config(), student().type(), shapes.adapters(), 0, shapes.depth())
                : Trained.layers(student().config(), student().type(), 0, shapes.depth());
    }

    private Phases feature() {
        Batch batch = batch();
        long width = student().config().width();
        long pairs = shapes.pairs();
        long wanted = shapes.teacherWidth() * student().type().bytes();
        Adapters adapters = shapes.isLora() ? shapes.adapters() : Adapters.NONE;
        Trained trained = featureTrained();
        Phases phases = new Phases();
        shapes.teacher()
                .ifPresent(teacher -> phases.and(reading(teacher, student().weights(), wanted * shapes.followed(), 0)));
        long kept = student().kept(0, shapes.depth(), batch, adapters, !shapes.isLora());
        phases.learning(parts(
                "student", student().weights(),
                "trained weights", trained.weights(),
                "moments", trained.moments(),
                "activations",
                        kept
                                + batch.tokens()
                                        * shapes.depth()
                                        * width
                                        * student().type().bytes(),
                "signals", batch.tokens() * pairs * (wanted + (long) shapes.teacherWidth() * Float.BYTES)));
        long merged = student().config().parameters() * student().type().bytes();
        return phases.and(parts("student", student().weights() + merged, "trained weights", trained.weights()));
    }

    private Trained lastLayers(int unfrozen) {
        int layers = student().config().layers();
        int from = unfrozen == 0 ? 0 : Math.max(0, layers - unfrozen);
        return shapes.keepsAdapter()
                ? Trained.adapters(student().config(), student().type(), shapes.adapters(), from, layers)
                : Trained.layers(student().config(), student().type(), from, layers);
    }

    private Trained responseTrained() {
        return lastLayers(context.spec().response().unfrozenLayers());
    }

    private long keptOfLast(int unfrozen, Batch batch) {
        int layers = student().config().layers();
        int from = unfrozen == 0 ? 0 : Math.max(0, layers - unfrozen);
        Adapters adapters = shapes.keepsAdapter() ? shapes.adapters() : Adapters.NONE;
        return student().kept(from, layers, batch, adapters, !shapes.keepsAdapter());
    }

    private Phases response() {
        Batch batch = batch();
        var settings = context.spec().response();
        long k = Math.min(settings.topK(), student().config().vocabulary());
        Trained trained = responseTrained();
        Phases phases = new Phases();
        shapes.teacher()
                .ifPresent(teacher ->
                        phases.and(reading(teacher, student().weights(), 8 * k, teacher.readLogits(READ_TOKENS))));
        long hidden =
                batch.targets() * student().config().width() * student().type().bytes() * 4;
        return phases.learning(parts(
                "teacher", settings.onPolicyPercent() > 0 ? teacherWeights() : 0L,
                "student", student().weights(),
                "trained weights", trained.weights(),
                "moments", trained.moments(),
                "activations", keptOfLast(settings.unfrozenLayers(), batch) + hidden,
                "signals",
                        batch.targets() * 8 * k
                                + batch.tokens()
                                        * student().config().width()
                                        * student().type().bytes(),
                "head", student().learnedLogits(batch.targets())));
    }

    private Trained reinforcementTrained() {
        return lastLayers(context.spec().reinforcement().unfrozenLayers());
    }

    private Phases reinforcement() {
        var settings = context.spec().reinforcement();
        long prompt = shapes.rows()
                .map(set -> java.util.stream.IntStream.range(0, set.size())
                        .mapToLong(set::tokens)
                        .max()
                        .orElse(0))
                .orElse((long) context.spec().training().maxLength());
        long length = prompt + settings.maxTokens();
        long answers = (long) settings.promptsPerUpdate() * settings.samplesPerPrompt();
        Batch batch = fixed.orElseGet(() -> Batch.atMost(Math.min(batchSize, answers), length));
        Trained trained = reinforcementTrained();
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
        learning.put("activations", keptOfLast(settings.unfrozenLayers(), batch));
        learning.put("head", student().learnedLogits(batch.tokens()));
        Map<String, Long> answering = new LinkedHashMap<>(always);
        answering.put("activations", student().passing(Batch.atMost(rows, prompt)));
        answering.put("cache of keys and values", student().cache(rows * length));
        return new Phases().learning(learning).and(answering);
    }

    private Phases quantization() {
        long length = context.spec().training().maxLength();
        long tokens =
                fixed.map(Batch::tokens).orElse(context.spec().quantization().calibrationSamples() * length);
        long width = student().config().width();
        long largest = student().config().largestLayer();
        return new Phases()
                .and(parts(
                        "student",
                        student().weights(),
                        "activations",
                        Math.min(tokens, READ_TOKENS) * width * 8L * Float.BYTES
                                + tokens * width * 2L * student().type().bytes(),
                        "layer",
                        largest * 3 * Float.BYTES));
    }

    private Phases evaluation() {
        int length = context.spec().training().maxLength();
        int rows = fixed.isPresent()
                ? 1
                : RowBudget.ofMachine().rows(student().config(), student().type(), length, length);
        return new Phases()
                .and(parts(
                        "teacher", teacherWeights(),
                        "student", student().weights(),
                        "activations", student().passing(Batch.atMost(1, READ_TOKENS)),
                        "cache of keys and values", student().cache((long) rows * length)));
    }

    // ---- the disk

    private Map<String, Long> trainingDisk(Trained trained, long signals) {
        long student = shapes.keepsAdapter()
                ? trained.parameters() * student().type().bytes()
                : student().config().parameters() * student().type().bytes();
        // The newest is written before the oldest is deleted.
        long checkpoints = trained.checkpoint() * (context.spec().checkpoint().keep() + 1L);
        long cache = ByteSize.parse(context.spec().workspace().cacheSize());
        return parts("student", student, "checkpoints", checkpoints, "signals", Math.min(signals, cache));
    }

    private long hiddenBytes() {
        return shapes.tokens(Stage.Feature)
                * shapes.teacherWidth()
                * shapes.followed()
                * student().type().bytes();
    }

    private long topBytes() {
        int vocabulary = student().config().vocabulary();
        long k = Math.min(context.spec().response().topK(), vocabulary);
        return shapes.targets(Stage.Response) * (k * (Float.BYTES + (vocabulary <= 1 << 16 ? 2 : 4)) + Float.BYTES);
    }

    private long frozenBytes() {
        int unfrozen = context.spec().response().unfrozenLayers();
        boolean all = unfrozen == 0 || unfrozen >= student().config().layers();
        return all
                ? 0
                : shapes.tokens(Stage.Response)
                        * student().config().width()
                        * student().type().bytes();
    }
}
