package dev.potstill.trainer.stage;

import dev.potstill.api.Data.Format;
import dev.potstill.api.Data.Source;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.Phase;
import dev.potstill.trainer.data.Preparation;
import dev.potstill.trainer.data.Respondent;
import dev.potstill.trainer.data.Routes;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.text.Tokenizer;
import java.util.List;
import java.util.Map;

/** Data engineering: from raw interactions to graded rows, the teacher's own answers among them. */
public final class DataStage implements SharedWork {

    @Override
    public void share(StageContext context) {
        requireAnswers(context);
        var models = new Models(context);
        new Suitability(context, models).check();
        try (Tokenizer teacher = models.teacherTokenizer();
                Tokenizer student = models.studentTokenizer()) {
            var preparation = new Preparation(
                    context.spec(),
                    context.partial(),
                    new Worker(context.shard(), context.stop()::pause),
                    context.progress(),
                    context.stop(),
                    context.warnings(),
                    teacher,
                    student);
            prepare(context, preparation, new Teachers(context, student));
        }
    }

    /** One teacher is open at a time: those that only answer come first, the main one last, as it says how hard all answers are. */
    private static void prepare(StageContext context, Preparation preparation, Teachers teachers) {
        Phase collected = preparation.collect();
        Routes routes = preparation.route(collected, teachers::open);
        String main = context.spec().teachers().getFirst().name();
        if (Endpoints.isTeacher(context.spec())) {
            try (Respondent teacher = teachers.open(main)) {
                preparation.tryGrading(routes, teacher);
            }
        }
        for (String name : routes.teachers()) {
            if (!name.equals(main) && preparation.isAsked(routes, name)) {
                try (Respondent teacher = teachers.open(name)) {
                    preparation.sample(collected, routes, name, teacher);
                }
            }
        }
        try (Respondent teacher = teachers.open(main)) {
            preparation.sample(collected, routes, main, teacher);
            Phase answered = preparation.answer(collected, routes);
            Phase mixed = preparation.mix(answered);
            preparation.grade(mixed, teacher);
        }
    }

    @Override
    public boolean isDone(StageContext context) {
        return Preparation.isDone(context.partial());
    }

    @Override
    public Made gather(StageContext context) {
        var publication = Preparation.publication(context.spec(), context.partial());
        DataCard card =
                publication.write(context.out(), context.upstream().input().components(), context.origins());
        return new Made(publication.counts(), publication.measures(), List.of(), Map.of(), card);
    }

    /** Prompts alone teach nothing. */
    private static void requireAnswers(StageContext context) {
        if (context.spec().data().augmentation().samplesPerPrompt() > 0) {
            return;
        }
        List<Source> sources = context.spec().data().sources();
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            if (source.format() == Format.PromptJsonl
                    || source.format() == Format.Text
                    || source.uri().startsWith("builtin://")) {
                throw Problem.rejected(("spec.data.augmentation.samplesPerPrompt: found 0, but spec.data.sources[%d]"
                                + " holds prompts without answers to learn from; expected at least 1, so that the teacher answers them")
                        .formatted(i));
            }
        }
    }
}
