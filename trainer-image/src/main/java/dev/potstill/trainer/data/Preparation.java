package dev.potstill.trainer.data;

import dev.potstill.api.Data.Augmentation;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.trainer.data.Grading.Graded;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.data.SamplingTeacher.Answer;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Data engineering in its order: collect, answer, grade, publish. Each step keeps what it finished below {@code partial}, for a later
 * attempt and for the other trainers where several share the work.
 */
public final class Preparation {
    private static final String ANSWERED = "answered";
    private static final String GRADED = "grades";

    private final DistillationRunSpec spec;
    private final Path partial;
    private final Worker worker;
    private final Steps steps;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private final Lengths lengths;

    /**
     * @param worker this trainer, of those that share the work
     * @param teacher the tokenizer of the model that answers
     * @param student the tokenizer of the model that learns from it
     */
    public Preparation(
            DistillationRunSpec spec,
            Path partial,
            Worker worker,
            ProgressBoard progress,
            StopSignal stop,
            Tokenizer teacher,
            Tokenizer student) {
        this.spec = spec;
        this.partial = partial;
        this.worker = worker;
        this.steps = new Steps(partial, worker, progress);
        this.progress = progress;
        this.stop = stop;
        this.lengths = new Lengths(teacher, student);
    }

    /** Reads and filters the sources. */
    public Phase collect() {
        Phase collected = Collection.find(partial)
                .orElseGet(() -> new Collection(spec, lengths, steps, progress, stop).collect());
        NothingLeft.afterCollecting(collected.tally());
        return collected;
    }

    /** Samples the teacher's answers and keeps the good ones. */
    public Phase answer(Phase collected, Respondent teacher) {
        Phase answered = Steps.find(partial, ANSWERED).orElseGet(() -> sample(collected, teacher));
        NothingLeft.afterAnswering(collected.tally(), answered.tally());
        return answered;
    }

    private Phase sample(Phase collected, Respondent teacher) {
        Augmentation settings = spec.data().augmentation();
        double temperature = Double.parseDouble(settings.temperature());
        // Without chance in it, a second answer would be the first again.
        int samples = temperature == 0 ? Math.min(1, settings.samplesPerPrompt()) : settings.samplesPerPrompt();
        var plan = new SamplingPlan(samples, settings.maxSamples(), settings.maxTokens(), teacher.places());
        var sampling = new Sampling(
                temperature,
                settings.maxTokens(),
                teacher.tokenizer().eosIds(),
                spec.training().seed());
        long requests = plan.requests(collected.tally().get(Collection.ASKED));
        var sampler = new Sampler(
                teacher.asking(sampling, spec.training().maxLength()),
                new Saved<>(partial.resolve("sampled"), Answer.class),
                new Activity("sampling answers", requests, progress, stop));
        Supplier<Stream<Window>> windows =
                () -> plan.windows(JsonLines.read(collected.file(Collection.QUESTIONS), Question.class));
        sampler.askAll(worker, windows);
        return steps.once(ANSWERED, folder -> judge(folder, collected, windows, sampler));
    }

    private Tally judge(Path folder, Phase collected, Supplier<Stream<Window>> windows, Sampler sampler) {
        progress.begin("checking answers", 0, 0);
        try (Verifiers verifiers = Verifiers.ofMachine();
                Stream<Window> each = windows.get()) {
            return new Answering(spec, lengths, verifiers, collected.tally()).answer(folder, each, sampler::answers);
        }
    }

    /** Has the teacher say how hard each answer is. */
    public void grade(Phase answered, Respondent teacher) {
        if (Steps.find(partial, GRADED).isPresent()) {
            return;
        }
        Supplier<Stream<Answered>> rows = () -> JsonLines.read(answered.file(Answering.ROWS), Answered.class);
        var grading = new Grading(
                teacher,
                Lengths.encoder(teacher.tokenizer()),
                new Saved<>(partial.resolve("graded"), Graded.class),
                new Activity("grading", Answering.kept(answered.tally()), progress, stop));
        grading.gradeAll(worker, rows);
        steps.once(GRADED, folder -> {
            try (Stream<Answered> all = rows.get();
                    JsonLines out = JsonLines.write(folder.resolve(Grading.GRADED))) {
                grading.graded(all).forEach(out::add);
            }
            return new Tally();
        });
    }

    /** Whether all is done but to publish it. */
    public static boolean isDone(Path partial) {
        return Steps.find(partial, GRADED).isPresent();
    }

    /** What is to be published, once all is done. */
    public static Publication publication(DistillationRunSpec spec, Path partial) {
        Phase graded = Steps.find(partial, GRADED).orElseThrow();
        try (Stream<Graded> rows = JsonLines.read(graded.file(Grading.GRADED), Graded.class)) {
            return new Publication(
                    spec,
                    Collection.find(partial).orElseThrow(),
                    Steps.find(partial, ANSWERED).orElseThrow(),
                    rows.toList());
        }
    }
}
