package dev.potstill.trainer.evaluation;

import dev.potstill.api.Evaluation;
import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.evaluation.HeldOut.RowLoss;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.RowBudget;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.Column;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Scores models on the suites of a run. A score is kept as soon as it is made, and not made again. */
public final class Examiner implements AutoCloseable {
    static final Set<Suite> ON_ROWS = EnumSet.of(Suite.Perplexity, Suite.Divergence);

    private final Set<Suite> suites = EnumSet.noneOf(Suite.class);
    private final Share share;
    private final List<Exam> exams;
    private final Optional<Path> heldOutRows;
    private final Results results;
    private final RowBudget budget = RowBudget.ofMachine();
    private final HeldOut heldOut;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private Optional<TeacherStates> teacher = Optional.empty();

    /**
     * @param share the models and suites that this trainer scores
     * @param heldOutRows where there are any; only Perplexity and Divergence read them
     * @param folder keeps what is scored already
     * @throws Problem where a suite's questions or rows are not there
     */
    public Examiner(
            Evaluation settings,
            Share share,
            Optional<Path> heldOutRows,
            Path folder,
            ProgressBoard progress,
            StopSignal stop) {
        this.share = share;
        suites.addAll(settings.suites());
        suites.forEach(Measure::of);
        this.exams = Exam.of(settings);
        this.heldOutRows = heldOutRows;
        this.results = new Results(folder);
        this.heldOut = new HeldOut(progress, stop);
        this.progress = progress;
        this.stop = stop;
        if (suites.stream().anyMatch(ON_ROWS::contains)) {
            requireRows();
        }
    }

    private void requireRows() {
        if (heldOutRows.stream().noneMatch(Examiner::holdsRows)) {
            throw Problem.rejected(
                    "spec.data.heldOut: no rows were held out%s, expected at least one for Perplexity and Divergence; raise percent, add data, or leave these suites out of spec.evaluation.suites"
                            .formatted(
                                    heldOutRows.map(file -> " (" + file + ")").orElse("")));
        }
    }

    private static boolean holdsRows(Path file) {
        try {
            return Files.exists(file) && Files.size(file) > 0;
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    /** The suites that this trainer has to score a model on yet. */
    public Set<Suite> pending(String model) {
        Set<Suite> pending = missing(model);
        pending.removeIf(suite -> !share.has(model, suite));
        return pending;
    }

    /** Whether all models are scored on all suites, by whichever trainer. */
    public boolean isDone() {
        return share.models().stream().allMatch(model -> missing(model).isEmpty());
    }

    /** The teacher does not diverge from itself. */
    private Set<Suite> missing(String model) {
        Set<Suite> missing = EnumSet.noneOf(Suite.class);
        missing.addAll(suites);
        missing.removeIf(suite ->
                results.find(suite, model).isPresent() || (suite == Suite.Divergence && model.equals(Subject.TEACHER)));
        return missing;
    }

    /** What is kept of a teacher's predictions. */
    public static Column predictions(ModelConfig teacher, ElementType type) {
        return TeacherStates.column(teacher, type);
    }

    /**
     * Has the teacher predict the held-out rows, for others to be compared with it.
     *
     * @param predicting must stay open until all others are scored
     * @param memory bytes for it and what it reads
     * @param stores gives what keeps a set's predictions; none where there is no room
     */
    public void readTeacher(Subject predicting, long memory, Function<TrainingSet, Optional<SignalStore>> stores) {
        TrainingSet set = rows(predicting);
        Optional<SignalStore> store = stores.apply(set);
        teacher = Optional.of(TeacherStates.read(predicting, memory, set, store, progress, stop));
    }

    /** Scores a model on what it is not scored on yet. */
    public void score(Subject subject) {
        Set<Suite> pending = pending(subject.name());
        for (Exam exam : exams) {
            stop.check();
            if (pending.remove(exam.suite())) {
                sit(subject, exam);
            }
        }
        if (!pending.isEmpty()) {
            measure(subject, pending);
        }
    }

    private void sit(Subject subject, Exam exam) {
        Sitting sitting = new Sitting(subject, exam, budget, progress, stop);
        List<Answer> answers = sitting.answers();
        long right = answers.stream().filter(Answer::right).count();
        double percent = 100.0 * right / answers.size();
        results.save(new Result(exam.suite(), subject.name(), percent, answers.size(), sitting.tokens()), answers);
    }

    /** One pass where the model reads the rows as the teacher does; else its perplexity is of its own reading. */
    private void measure(Subject subject, Set<Suite> pending) {
        TrainingSet own = rows(subject);
        if (!pending.contains(Suite.Divergence)) {
            save(subject, heldOut.measure(subject, own, pending, teacher));
            return;
        }
        TeacherStates states = teacher.orElseThrow();
        states.requireSameVocabulary(subject);
        if (states.readsAs(own)) {
            save(subject, heldOut.measure(subject, own, pending, teacher));
        } else {
            save(subject, heldOut.measure(subject, states.set(), EnumSet.of(Suite.Divergence), teacher));
            pending.remove(Suite.Divergence);
            save(subject, heldOut.measure(subject, own, pending, teacher));
        }
    }

    private TrainingSet rows(Subject subject) {
        return TrainingSet.read(heldOutRows.orElseThrow(), subject.tokenizer(), Integer.MAX_VALUE);
    }

    private void save(Subject subject, Map<Suite, List<RowLoss>> measured) {
        measured.forEach((suite, rows) -> {
            double mean = HeldOut.mean(rows);
            double value = suite == Suite.Perplexity ? Math.exp(mean) : mean;
            if (!Double.isFinite(value)) {
                throw Problem.rejected(
                        "%s of %s: found %s, expected a number; the model's weights have grown out of bounds. Lower spec.training.learningRate"
                                .formatted(suite, subject.name(), value));
            }
            long tokens = rows.stream().mapToLong(RowLoss::tokens).sum();
            results.save(new Result(suite, subject.name(), value, rows.size(), tokens), rows);
        });
    }

    /** All results, suite by suite. */
    public List<Result> results() {
        List<Result> found = new ArrayList<>();
        for (Suite suite : suites) {
            share.models().forEach(model -> results.find(suite, model).ifPresent(found::add));
        }
        return found;
    }

    /** Copies what the models answered to the stage's output. */
    public void publishSamples(Path out) {
        results.publish(out);
    }

    @Override
    public void close() {
        teacher.ifPresent(TeacherStates::close);
        heldOut.close();
    }
}
