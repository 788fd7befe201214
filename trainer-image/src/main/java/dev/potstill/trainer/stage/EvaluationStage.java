package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Evaluation;
import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.evaluation.Examiner;
import dev.potstill.trainer.evaluation.Result;
import dev.potstill.trainer.evaluation.Scoreboard;
import dev.potstill.trainer.evaluation.Share;
import dev.potstill.trainer.evaluation.Subject;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.Kind;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.train.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Scores the start model, the student after every stage of this run, and the teacher, each on the same questions and rows. */
public final class EvaluationStage implements SharedWork {
    /** What the stage tells of all models, as {@code report.json} does. */
    static final String SCORES = "scores.json";

    /** What is kept of the teacher, for people. */
    static final String STATES = "the teacher's hidden states of held-out rows";

    private static final List<Stage> MAKERS =
            List.of(Stage.Feature, Stage.Response, Stage.Reinforcement, Stage.Quantization);

    @Override
    public void share(StageContext context) {
        Scoreboard.requireGates(context.spec());
        Map<String, Supplier<Models.Open>> models = models(context);
        try (StageSignals signals = StageSignals.of(context);
                Examiner examiner = examiner(context, models)) {
            if (models.keySet().stream().anyMatch(name -> examiner.pending(name).contains(Suite.Divergence))) {
                scoreBesideTeacher(signals, examiner, models);
            } else {
                score(examiner, models);
            }
        }
    }

    @Override
    public boolean isDone(StageContext context) {
        Map<String, Supplier<Models.Open>> models = models(context);
        try (Examiner examiner = examiner(context, models)) {
            return examiner.isDone();
        }
    }

    @Override
    public Made gather(StageContext context) {
        Map<String, Supplier<Models.Open>> models = models(context);
        try (Examiner examiner = examiner(context, models)) {
            examiner.publishSamples(context.out());
            return made(context, examiner.results());
        }
    }

    private static Examiner examiner(StageContext context, Map<String, Supplier<Models.Open>> models) {
        Evaluation settings = context.spec().evaluation();
        Optional<Path> heldOut = context.upstream().of(Stage.Data).map(data -> data.file(DataFiles.HELD_OUT));
        Share share = new Share(context.shard(), List.copyOf(models.keySet()), settings.suites());
        Path kept = context.partial().resolve("results");
        return new Examiner(settings, share, heldOut, kept, context.progress(), context.stop());
    }

    /** By name and in the order in which they came to be, the teacher last. */
    private static Map<String, Supplier<Models.Open>> models(StageContext context) {
        Models models = new Models(context);
        List<Evaluation.Model> compared = context.spec().evaluation().compareWith();
        Map<String, Supplier<Models.Open>> named = new LinkedHashMap<>();
        if (compared.contains(Evaluation.Model.Start)) {
            named.put(Subject.START, models::start);
        }
        for (Stage stage : MAKERS) {
            if (context.upstream().of(stage).isPresent()) {
                named.put(stage.name(), () -> models.student(stage));
            }
        }
        if (isTeacherScored(context.spec())) {
            named.put(Subject.TEACHER, models::teacher);
        }
        return named;
    }

    /** The teacher is open all the while: the others' predictions are compared with its own. */
    private static void scoreBesideTeacher(
            StageSignals signals, Examiner examiner, Map<String, Supplier<Models.Open>> models) {
        Models opener = new Models(signals.context());
        boolean scored = models.containsKey(Subject.TEACHER);
        try (Models.Open open = scored ? opener.teacher() : opener.teacherToRead()) {
            Subject teacher = subject(Subject.TEACHER, open);
            examiner.readTeacher(teacher, open.memory(), set -> store(signals, set, open.model()));
            if (scored) {
                examiner.score(teacher);
            }
            score(examiner, models);
        }
    }

    /** Whether the teacher sits the suites as well, for which it is open as a whole. */
    static boolean isTeacherScored(DistillationRunSpec spec) {
        return spec.evaluation().compareWith().contains(Evaluation.Model.Teacher);
    }

    /** Where the teacher's states are kept, if there is room. */
    private static Optional<SignalStore> store(StageSignals signals, TrainingSet set, LanguageModel teacher) {
        Column column = Examiner.predictions(teacher.config(), teacher.type());
        SignalStore store = signals.store(set, List.of(kind(signals, column)));
        Optional<String> never = teacher.isStreamed() ? Optional.of(StageSignals.STREAMED) : Optional.empty();
        if (signals.keeps(store, STATES, never)) {
            return Optional.of(store);
        }
        store.close();
        return Optional.empty();
    }

    static Kind kind(StageSignals signals, Column column) {
        return signals.ofTeacher("held-out", List.of(), List.of(column));
    }

    private static void score(Examiner examiner, Map<String, Supplier<Models.Open>> models) {
        models.forEach((name, opener) -> {
            if (!examiner.pending(name).isEmpty()) {
                try (Models.Open open = opener.get()) {
                    examiner.score(subject(name, open));
                }
            }
        });
    }

    private static Subject subject(String name, Models.Open open) {
        return new Subject(name, open.model(), open.tokenizer());
    }

    private static Made made(StageContext context, List<Result> results) {
        List<Score> scores = new Scoreboard(context.spec(), results).scores();
        Path file = context.out().resolve(SCORES);
        try {
            Files.createDirectories(context.out());
            Files.writeString(file, Json.pretty(scores));
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        Map<String, Double> measures = new LinkedHashMap<>();
        for (Result result : results) {
            counts.merge("samples." + result.suite(), (long) result.samples(), Math::max);
            counts.merge("tokens", result.tokens(), Long::sum);
            measures.put(result.suite() + "." + result.model(), result.value());
        }
        return new Made(counts, measures, scores, Map.of());
    }
}
