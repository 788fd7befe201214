package dev.potstill.trainer.data;

import dev.potstill.api.Data.Augmentation;
import dev.potstill.api.Data.Languages;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Routing;
import dev.potstill.api.Teacher;
import dev.potstill.trainer.data.Grading.Graded;
import dev.potstill.trainer.data.Routes.Rated;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.data.clean.Contamination;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.reward.Verifiers;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Data engineering in its order: collect, route, sample, answer, mix, grade; then publish. Each step keeps what it finished below
 * {@code partial}, for a later attempt and for the other trainers where several share the work.
 */
public final class Preparation {
    private static final String ROUTED = "routed";
    private static final String ANSWERED = "answered";
    private static final String MIXED = "mixed";
    private static final String GRADED = "grades";

    private final DistillationRunSpec spec;
    private final Path partial;
    private final Worker worker;
    private final Steps steps;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private final DataWarnings warnings;
    private final Lengths lengths;

    /**
     * @param worker this trainer, of those that share the work
     * @param warnings told of what the user should know but need not mend
     * @param teacher the tokenizer of the main teacher
     * @param student the tokenizer of the model that learns
     */
    public Preparation(
            DistillationRunSpec spec,
            Path partial,
            Worker worker,
            ProgressBoard progress,
            StopSignal stop,
            Consumer<String> warnings,
            Tokenizer teacher,
            Tokenizer student) {
        this.spec = spec;
        this.partial = partial;
        this.worker = worker;
        this.steps = new Steps(partial, worker, progress);
        this.progress = progress;
        this.stop = stop;
        this.warnings = new DataWarnings(spec.data(), warnings);
        this.lengths = new Lengths(teacher, student);
    }

    /** Reads and filters the sources. */
    public Phase collect() {
        Phase collected = Collection.find(partial)
                .map(Steps::unchanged)
                .orElseGet(() -> collected(new Collection(spec, lengths, steps, progress, stop)));
        NothingLeft.afterCollecting(collected.tally());
        return collected;
    }

    private Phase collected(Collection collection) {
        Phase collected = collection.collect();
        warnings.afterCollecting(collected, collection.silent());
        return collected;
    }

    /** Says which teacher answers which prompt. Where that takes a teacher, it is opened by its name, and closed. */
    public Routes route(Phase collected, Function<String, Respondent> open) {
        long prompts = collected.tally().get(Collection.ASKED);
        Routing routing = spec.routing();
        if (routing == null) {
            return allToMain(spec, collected);
        }
        var router = new Router(routing);
        Phase routed = Steps.find(partial, ROUTED).map(Steps::unchanged).orElseGet(() -> switch (routing.policy()) {
            case Complexity -> steps.once(ROUTED, folder -> router.byComplexity(folder, () -> questions(collected)));
            case Perplexity -> {
                try (Respondent easy = open.apply(routing.easy())) {
                    var activity = new Activity("rating prompts", prompts, progress, stop);
                    var rating = new Rating(easy, new Saved<>(partial.resolve("rated"), Rated.class), activity);
                    rating.rateAll(worker, () -> Router.prompts(questions(collected)));
                    yield steps.once(ROUTED, folder -> router.byPerplexity(folder, () -> questions(collected), rating));
                }
            }
        });
        return Routes.read(routing, routed);
    }

    /** Whether there is still something to sample from a teacher. */
    public boolean isAsked(Routes routes, String teacher) {
        return Steps.find(partial, ANSWERED).isEmpty()
                && routes.prompts(teacher) > 0
                && spec.data().augmentation().answersPerPrompt() > 0;
    }

    /** Asks a server how likely a text is to it, before answers are sampled that no one could grade. */
    public void tryGrading(Routes routes, Respondent main) {
        if (main.isQueue() && routes.teachers().stream().anyMatch(name -> isAsked(routes, name))) {
            var chat = List.of(new Message("user", "1 + 1 = ?"), new Message("assistant", "1 + 1 = 2"));
            main.losses(List.of(Lengths.encoder(main.tokenizer()).encode(chat)));
        }
    }

    /** Samples the answers to all prompts that go to a teacher. */
    public void sample(Phase collected, Routes routes, String name, Respondent teacher) {
        if (!isAsked(routes, name)) {
            return;
        }
        SamplingPlan plan = plan(collected, routes);
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
                new Activity(activity, requests(plan, name, collected), progress, stop));
        sampler.askAll(worker, () -> plan.windows(questions(collected)));
    }

    /** Keeps the good ones of the answers, all of which are sampled. */
    public Phase answer(Phase collected, Routes routes) {
        SamplingPlan plan = plan(collected, routes);
        Phase answered = steps.once(ANSWERED, folder -> {
            progress.begin("checking answers", 0, 0);
            try (Verifiers verifiers = Verifiers.ofMachine();
                    Stream<Window> windows = plan.windows(questions(collected))) {
                return new Answering(spec, lengths, verifiers, routes, SetAside.of(collected), new Contamination(spec))
                        .answer(folder, windows, transcript()::get);
            }
        });
        warnings.afterAnswering(plan.allotment(), answered.tally());
        NothingLeft.afterAnswering(collected.tally(), answered.tally());
        return answered;
    }

    /** Leaves rows out or repeats them, so that the languages have their share; the same rows where none is set. */
    public Phase mix(Phase answered) {
        Languages settings = spec.data().languages();
        if (settings == null) {
            return answered;
        }
        Phase mixed = steps.once(MIXED, folder -> Mixing.mix(settings, folder, () -> rows(answered)));
        warnings.afterMixing(settings, mixed.tally());
        return mixed;
    }

    /** Has the main teacher say how hard each answer is. */
    public void grade(Phase mixed, Respondent teacher) {
        if (isDone(partial)) {
            return;
        }
        Tally tally = mixed.tally();
        long count =
                Optional.of(tally.get(Mixing.TO_GRADE)).filter(rows -> rows > 0).orElseGet(() -> Answering.kept(tally));
        var grading = new Grading(
                teacher,
                Lengths.encoder(teacher.tokenizer()),
                // Its parts are others: an attempt with more memory may have made some with the teacher as a whole.
                new Saved<>(partial.resolve(teacher.isStreamed() ? "graded-streamed" : "graded"), Graded.class),
                new Activity("grading", count, progress, stop));
        grading.gradeAll(worker, () -> rows(mixed));
        steps.once(GRADED, folder -> {
            try (Stream<Answered> all = rows(mixed);
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
        Phase collected = Collection.find(partial).orElseThrow();
        Phase answered = Steps.find(partial, ANSWERED).orElseThrow();
        Phase mixed = Steps.find(partial, MIXED).orElse(answered);
        Routing routing = spec.routing();
        Routes routes = routing == null
                ? allToMain(spec, collected)
                : Routes.read(routing, Steps.find(partial, ROUTED).orElseThrow());
        Path graded = Steps.find(partial, GRADED).orElseThrow().file(Grading.GRADED);
        try (Stream<Graded> rows = JsonLines.read(graded, Graded.class)) {
            return new Publication(spec, new Publication.Made(collected, routes, answered, mixed, rows.toList()));
        }
    }

    private static Routes allToMain(DistillationRunSpec spec, Phase collected) {
        return Routes.allTo(spec.teachers().getFirst().name(), collected.tally().get(Collection.ASKED));
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

    private static long requests(SamplingPlan plan, String teacher, Phase collected) {
        try (Stream<Question> all = questions(collected)) {
            return plan.requests(teacher, all);
        }
    }

    private SamplingPlan plan(Phase collected, Routes routes) {
        Augmentation settings = spec.data().augmentation();
        Allotment allotment = Allotment.of(
                settings.answersPerPrompt(), settings.maxSamples(), SetAside.of(collected), () -> questions(collected));
        return new SamplingPlan(allotment, settings.maxTokens(), routes, this::places);
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
