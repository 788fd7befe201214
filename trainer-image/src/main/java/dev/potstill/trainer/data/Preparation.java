package dev.potstill.trainer.data;

import dev.potstill.api.Data.Augmentation;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.trainer.data.Grading.Graded;
import dev.potstill.trainer.data.SamplingTeacher.Answer;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Data engineering in its order: collect, answer, grade, publish. Each step keeps what it finished below {@code partial}, so that a
 * later attempt goes on from there.
 */
public final class Preparation {
    private final DistillationRunSpec spec;
    private final Path partial;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private final Lengths lengths;

    /**
     * @param teacher the tokenizer of the model that answers
     * @param student the tokenizer of the model that learns from it
     */
    public Preparation(
            DistillationRunSpec spec,
            Path partial,
            ProgressBoard progress,
            StopSignal stop,
            Tokenizer teacher,
            Tokenizer student) {
        this.spec = spec;
        this.partial = partial;
        this.progress = progress;
        this.stop = stop;
        this.lengths = new Lengths(teacher, student);
    }

    /** Reads and filters the sources. */
    public Phase collect() {
        Phase collected = Phase.once(
                partial, "collected", folder -> new Collection(spec, lengths, partial, progress, stop).collect(folder));
        NothingLeft.afterCollecting(collected.tally());
        return collected;
    }

    /** Samples the teacher's answers and keeps the good ones. */
    public Phase answer(Phase collected, Respondent teacher) {
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
        Phase answered = Phase.once(partial, "answered", folder -> {
            try (Verifiers verifiers = Verifiers.ofMachine();
                    Stream<Question> questions = JsonLines.read(collected.file(Collection.QUESTIONS), Question.class)) {
                var sampler = new Sampler(
                        teacher.asking(sampling, spec.training().maxLength()),
                        new Saved<>(partial.resolve("sampled"), Answer.class),
                        new Activity(
                                "sampling answers",
                                plan.requests(collected.tally().get(Collection.ASKED)),
                                progress,
                                stop));
                return new Answering(spec, lengths, verifiers, collected.tally())
                        .answer(folder, questions, plan, sampler::answers);
            }
        });
        NothingLeft.afterAnswering(collected.tally(), answered.tally());
        return answered;
    }

    /** Has the teacher say how hard each answer is. */
    public List<Graded> grade(Phase answered, Respondent teacher) {
        Tally tally = answered.tally();
        try (Stream<Answered> rows = JsonLines.read(answered.file(Answering.ROWS), Answered.class)) {
            return new Grading(
                            teacher,
                            Lengths.encoder(teacher.tokenizer()),
                            new Saved<>(partial.resolve("graded"), Graded.class),
                            new Activity("grading", Answering.kept(tally), progress, stop))
                    .grade(rows);
        }
    }
}
