package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.api.Student;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.StageReport;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.Epochs;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The shapes of a run's models and rows.
 *
 * @param teacher the main teacher; empty where a server is asked
 * @param rows of the training set, where they are known already; of very many the first
 * @param count how many there are in all
 */
record Shapes(
        StageContext context, Optional<ModelSize> teacher, ModelSize student, Optional<TrainingSet> rows, long count) {
    /** Rows looked at: the others are taken to be like them. */
    static final int MOST_ROWS = 20_000;

    /** With what is known of the rows. */
    static Shapes of(StageContext context) {
        Models models = new Models(context);
        return new Shapes(
                context, teacher(context, models), student(context, models), rows(context, models), count(context));
    }

    /** As if nothing were known of the rows. */
    static Shapes withoutRows(StageContext context) {
        Models models = new Models(context);
        return new Shapes(context, teacher(context, models), student(context, models), Optional.empty(), 0);
    }

    /** The same of a stage with this input. */
    Shapes at(InputDigest input) {
        return new Shapes(context.at(input), teacher, student, rows, count);
    }

    /** The same under other settings. */
    Shapes under(DistillationRunSpec spec) {
        StageContext changed = context.under(spec);
        Models models = new Models(changed);
        return new Shapes(changed, teacher(changed, models), student(changed, models), rows, count);
    }

    private static Optional<ModelSize> teacher(StageContext context, Models models) {
        if (Endpoints.isTeacher(context.spec())) {
            return Optional.empty();
        }
        try (ModelFiles files = models.teacherFiles(0)) {
            ModelConfig config = ModelConfig.of(files);
            ElementType type = models.type();
            return Optional.of(
                    new ModelSize(config, type, ModelSize.converted(files, type), models.isStreamed(config)));
        }
    }

    /** Of the student, whichever stage made it: all are of one shape. */
    private static ModelSize student(StageContext context, Models models) {
        List<Integer> kept = models.kept();
        try (ModelFiles files = models.startFiles()) {
            ModelConfig whole = ModelConfig.of(files);
            ModelConfig config = kept.isEmpty() ? whole : whole.keep(kept);
            ElementType type = models.type();
            boolean made = context.upstream().student().isPresent();
            long read = made ? 0 : ModelSize.converted(files, type) * config.layers() / whole.layers();
            return new ModelSize(config, type, read, false);
        }
    }

    private static long count(StageContext context) {
        return context.upstream()
                .of(Stage.Data)
                .map(data -> data.report().counts().getOrDefault(StageReport.ROWS_KEPT, 0L))
                .orElse(0L);
    }

    private static Optional<TrainingSet> rows(StageContext context, Models models) {
        boolean there = context.upstream()
                .of(Stage.Data)
                .map(data -> Files.exists(data.file(DataFiles.TRAIN)))
                .orElse(false);
        if (!there) {
            return Optional.empty();
        }
        try (Tokenizer tokenizer = models.studentTokenizer()) {
            return Optional.of(StageFiles.trainingSet(context, tokenizer, MOST_ROWS));
        }
    }

    /** Those a training stage takes. */
    Optional<TrainingSet> rows(Stage stage) {
        return switch (stage) {
            case Feature -> {
                Integer most = context.spec().feature().maxSamples();
                yield rows.map(set -> most == null || most >= set.size()
                        ? set
                        : set.of(IntStream.range(0, most).toArray()));
            }
            case Response -> rows;
            default -> Optional.empty();
        };
    }

    /** Bytes of a training stage's rows on Java's heap; none where they are not known. */
    long heap(Stage stage) {
        return rows(stage)
                .map(set -> (long) (share(stage, set) * set.heapBytes()))
                .orElse(0L);
    }

    /** How many steps a training stage takes. */
    long steps(Stage stage, TrainingSet set, int batchSize) {
        var training = context.spec().training();
        return new Epochs(
                        Math.toIntExact(size(stage, set)),
                        epochs(stage),
                        batchSize,
                        training.gradientAccumulation(),
                        training.seed())
                .steps();
    }

    /** The steps it would take of the rows that are looked at. */
    Epochs looked(Stage stage, TrainingSet set, int batchSize) {
        return Training.epochs(context.spec().training(), set, epochs(stage), batchSize);
    }

    private int epochs(Stage stage) {
        Integer own = stage == Stage.Feature
                ? context.spec().feature().epochs()
                : context.spec().response().epochs();
        return Objects.requireNonNullElse(own, context.spec().training().epochs());
    }

    /** How many rows a training stage takes for each that is looked at. */
    double share(Stage stage, TrainingSet looked) {
        return (double) size(stage, looked) / looked.size();
    }

    /** How many rows a training stage takes. */
    private long size(Stage stage, TrainingSet looked) {
        Integer most = context.spec().feature().maxSamples();
        long all = Math.max(count, looked.size());
        return stage == Stage.Feature && most != null ? Math.min(most, all) : all;
    }

    boolean isLora() {
        return context.spec().student().architecture() == Student.Architecture.LoRA;
    }

    boolean keepsAdapter() {
        return isLora() && context.spec().student().lora().keep() == Student.Keep.Adapter;
    }

    Adapters adapters() {
        return Adapters.of(context.spec().student().lora());
    }

    private Optional<LayerPairs> layerPairs() {
        return teacher.map(size -> LayerPairs.of(
                context.spec().feature(),
                student.config().layers(),
                size.config().layers()));
    }

    /** How many of the student's layers the feature stage passes. */
    int depth() {
        return layerPairs().map(LayerPairs::depth).orElse(student.config().layers());
    }

    long pairs() {
        return layerPairs().map(pairs -> (long) pairs.pairs().size()).orElse(0L);
    }

    /** The teacher's layers that are followed. */
    Set<Integer> followedLayers() {
        return layerPairs().<Set<Integer>>map(LayerPairs::followed).orElse(Set.of());
    }

    int teacherWidth() {
        return teacher.map(size -> size.config().width()).orElse(0);
    }
}
