package dev.potstill.trainer.stage;

import dev.potstill.api.Stage;
import dev.potstill.api.Student;
import dev.potstill.contract.StageReport;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.Epochs;
import dev.potstill.trainer.train.TrainingSet;
import java.nio.file.Files;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
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
    private static final int MOST_ROWS = 20_000;

    /** With what is known of the rows. */
    static Shapes of(StageContext context) {
        Models models = new Models(context);
        return new Shapes(
                context, teacher(context, models), models.studentSize(), rows(context, models), count(context));
    }

    /** As if nothing were known of the rows. */
    static Shapes withoutRows(StageContext context) {
        Models models = new Models(context);
        return new Shapes(context, teacher(context, models), models.studentSize(), Optional.empty(), 0);
    }

    private static Optional<ModelSize> teacher(StageContext context, Models models) {
        return Endpoints.isTeacher(context.spec()) ? Optional.empty() : Optional.of(models.teacherSize());
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

    /** The steps of a training stage. */
    Epochs epochs(Stage stage, TrainingSet set, int batchSize) {
        return epochs(stage, Math.toIntExact(size(stage, set)), batchSize);
    }

    /** Those it would be of the rows that are looked at. */
    Epochs looked(Stage stage, TrainingSet set, int batchSize) {
        return epochs(stage, set.size(), batchSize);
    }

    private Epochs epochs(Stage stage, int samples, int batchSize) {
        var training = context.spec().training();
        Integer own = stage == Stage.Feature
                ? context.spec().feature().epochs()
                : context.spec().response().epochs();
        return new Epochs(
                samples,
                Objects.requireNonNullElse(own, training.epochs()),
                batchSize,
                training.gradientAccumulation(),
                training.seed());
    }

    /** Tokens of all rows that a training stage takes. */
    long tokens(Stage stage) {
        return rows(stage).map(set -> whole(stage, set, set::tokens)).orElse(0L);
    }

    long targets(Stage stage) {
        return rows(stage).map(set -> whole(stage, set, set::targets)).orElse(0L);
    }

    private long whole(Stage stage, TrainingSet set, IntUnaryOperator of) {
        long sum = IntStream.range(0, set.size())
                .mapToLong(sample -> of.applyAsInt(sample))
                .sum();
        return (long) ((double) sum / set.size() * size(stage, set));
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

    /** How many of the teacher's layers are followed. */
    long followed() {
        return layerPairs().map(pairs -> (long) pairs.followed().size()).orElse(0L);
    }

    int teacherWidth() {
        return teacher.map(size -> size.config().width()).orElse(0);
    }
}
