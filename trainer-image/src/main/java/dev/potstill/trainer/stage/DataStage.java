package dev.potstill.trainer.stage;

import dev.potstill.api.Data.Format;
import dev.potstill.api.Data.Source;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.LoadedTeacher;
import dev.potstill.trainer.data.Phase;
import dev.potstill.trainer.data.Preparation;
import dev.potstill.trainer.data.Respondent;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.text.Tokenizer;
import java.util.List;

/** Data engineering: from raw interactions to graded rows, the teacher's own answers among them. */
public final class DataStage implements SharedWork {

    @Override
    public void share(StageContext context) {
        requireAnswers(context);
        var models = new Models(context);
        models.check();
        try (Tokenizer teacher = models.teacherTokenizer();
                Tokenizer student = models.studentTokenizer()) {
            var worker = new Worker(context.shard(), context.stop()::pause);
            prepare(
                    context,
                    new Preparation(
                            context.spec(),
                            context.partial(),
                            worker,
                            context.progress(),
                            context.stop(),
                            teacher,
                            student),
                    student);
        }
    }

    @Override
    public boolean isDone(StageContext context) {
        return Preparation.isDone(context.partial());
    }

    @Override
    public Made gather(StageContext context) {
        var publication = Preparation.publication(context.spec(), context.partial());
        publication.write(context.out(), context.upstream().input().components());
        return Made.of(publication.counts(), publication.measures());
    }

    private static void prepare(StageContext context, Preparation preparation, Tokenizer tokenizer) {
        Phase collected = preparation.collect();
        if (Endpoints.isTeacher(context.spec())) {
            try (Respondent teacher = Endpoints.respondent(context, tokenizer)) {
                prepare(preparation, collected, teacher);
                return;
            }
        }
        try (Models.Open open = new Models(context).teacher();
                Respondent teacher = new LoadedTeacher(open.model(), open.tokenizer())) {
            prepare(preparation, collected, teacher);
        }
    }

    private static void prepare(Preparation preparation, Phase collected, Respondent teacher) {
        preparation.grade(preparation.answer(collected, teacher), teacher);
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
