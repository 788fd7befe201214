package dev.potstill.trainer.data;

import dev.potstill.api.Data.Augmentation;
import dev.potstill.api.Data.Languages;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Routing;
import dev.potstill.api.Teacher;
import dev.potstill.trainer.data.Grading.Graded;
import dev.potstill.trainer.data.Routes.Rated;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Data engineering in its order: collect, route, sample, answer, mix, grade; then publish. Each step keeps what it finished below
 * {@code partial}, so that a later attempt goes on from there.
 */
public final class Preparation {
    private static final String ANSWERED = "answered";

    private final DistillationRunSpec spec;
    private final Path partial;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private final Consumer<String> warnings;
    private final Lengths lengths;

    /**
     * @param warnings told of what the user should know but need not mend
     * @param teacher the tokenizer of the main teacher
     * @param student the tokenizer of the model that learns
     */
    public Preparation(
            DistillationRunSpec spec,
            Path partial,
            ProgressBoard progress,
            StopSignal stop,
            Consumer<String> warnings,
            Tokenizer teacher,
            Tokenizer student) {
        this.spec = spec;
        this.partial = partial;
        this.progress = progress;
        this.stop = stop;
        this.warnings = warnings;
        this.lengths = new Lengths(teacher, student);
    }

    /** Reads and filters the sources. */
    public Phase collect() {
        Phase collected = Phase.once(
                partial, "collected", folder -> new Collection(spec, lengths, progress, stop).collect(folder));
        NothingLeft.afterCollecting(collected.tally());
        return collected;
    }

    /** Says which teacher answers which prompt. Where that takes a teacher, it is opened by its name, and closed. */
    public Routes route(Phase collected, Function<String, Respondent> open) {
        long prompts = collected.tally().get(Collection.ASKED);
        Routing routing = spec.routing();
        if (routing == null) {
            return Routes.allTo(spec.teachers().getFirst().name(), prompts);
        }
        Router router = new Router(routing);
        Phase routed = Phase.once(partial, "routed", folder -> switch (routing.policy()) {
            case Complexity -> router.byComplexity(folder, () -> questions(collected));
            case Perplexity -> {
                try (Respondent easy = open.apply(routing.easy())) {
                    yield router.byPerplexity(
                            folder,
                            () -> questions(collected),
                            easy,
                            new Saved<>(partial.resolve("rated"), Rated.class),
                            new Activity("rating prompts", prompts, progress, stop));
                }
            }
        });
        return Routes.read(routing, routed);
    }

    /** Whether there is still something to sample from a teacher. */
    public boolean isAsked(Routes routes, String teacher) {
        return !Phase.isDone(partial, ANSWERED) && routes.prompts(teacher) > 0 && samples() > 0;
    }

    /** Samples the answers to all prompts that go to a teacher. */
    public void sample(Phase collected, Routes routes, String name, Respondent teacher) {
        if (!isAsked(routes, name)) {
            return;
        }
        SamplingPlan plan = plan(routes);
        Augmentation settings = spec.data().augmentation();
        var sampling = new Sampling(
                Double.parseDouble(settings.temperature()),
                settings.maxTokens(),
                teacher.tokenizer().eosIds(),
                spec.training().seed());
        String activity = spec.routing() == null ? "sampling answers" : "sampling answers of " + name;
        var sampler = new Sampler(
                name,
                teacher.asking(sampling, spec.training().maxLength()),
                teacher.isQueue(),
                transcript(),
                TokenBudget.of(settings.tokenBudget(), plan, () -> questions(collected)),
                new Activity(activity, plan.requests(routes.prompts(name)), progress, stop));
        try (Stream<Question> questions = questions(collected)) {
            plan.forEachWindow(questions, sampler::fill);
        }
    }

    /** Keeps the good ones of the answers, all of which are sampled. */
    public Phase answer(Phase collected, Routes routes) {
        Phase answered = Phase.once(partial, ANSWERED, folder -> {
            Transcript transcript = transcript();
            try (Verifiers verifiers = Verifiers.ofMachine();
                    Stream<Question> questions = questions(collected)) {
                return new Answering(spec, lengths, verifiers, routes, collected.tally())
                        .answer(folder, questions, plan(routes), transcript::get);
            }
        });
        long unasked = answered.tally().get(Answering.UNASKED);
        if (unasked > 0) {
            warnings.accept(
                    "spec.data.augmentation.tokenBudget: the %d tokens do not suffice, and %d of %d answers were not asked for; the set is made of what there is"
                            .formatted(
                                    spec.data().augmentation().tokenBudget(),
                                    unasked,
                                    unasked + answered.tally().get(Answering.SAMPLED)));
        }
        NothingLeft.afterAnswering(collected.tally(), answered.tally());
        return answered;
    }

    /** Leaves rows out or repeats them, so that the languages have their share; the same rows where none is set. */
    public Phase mix(Phase answered) {
        Languages settings = spec.data().languages();
        if (settings == null) {
            return answered;
        }
        Phase mixed = Phase.once(partial, "mixed", folder -> Mixing.mix(settings, folder, () -> rows(answered)));
        Mixing.warning(settings, mixed.tally()).ifPresent(warnings);
        return mixed;
    }

    /** Has the main teacher say how hard each answer is. */
    public List<Graded> grade(Phase mixed, Respondent teacher) {
        Tally tally = mixed.tally();
        long count =
                Optional.of(tally.get(Mixing.TO_GRADE)).filter(rows -> rows > 0).orElseGet(() -> Answering.kept(tally));
        try (Stream<Answered> rows = rows(mixed)) {
            return new Grading(
                            teacher,
                            Lengths.encoder(teacher.tokenizer()),
                            new Saved<>(partial.resolve("graded"), Graded.class),
                            new Activity("grading", count, progress, stop))
                    .grade(rows);
        }
    }

    private Transcript transcript() {
        return new Transcript(partial.resolve("sampled"));
    }

    private static Stream<Question> questions(Phase collected) {
        return JsonLines.read(collected.file(Collection.QUESTIONS), Question.class);
    }

    private static Stream<Answered> rows(Phase phase) {
        return JsonLines.read(phase.file(Answering.ROWS), Answered.class);
    }

    private SamplingPlan plan(Routes routes) {
        Augmentation settings = spec.data().augmentation();
        return new SamplingPlan(samples(), settings.maxSamples(), settings.maxTokens(), routes, this::places);
    }

    /** Without chance in it, a second answer would be the first again. */
    private int samples() {
        Augmentation settings = spec.data().augmentation();
        return Double.parseDouble(settings.temperature()) == 0
                ? Math.min(1, settings.samplesPerPrompt())
                : settings.samplesPerPrompt();
    }

    /** Those of a server are its own affair. */
    private int places(String name) {
        return spec.teachers().stream()
                        .filter(teacher -> teacher.name().equals(name))
                        .map(Teacher::endpoint)
                        .allMatch(endpoint -> endpoint == null)
                ? SamplingPlan.PLACES
                : Integer.MAX_VALUE;
    }
}
