package dev.potstill.trainer.stage;

import dev.potstill.api.Data.Format;
import dev.potstill.api.Data.Source;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.LoadedTeacher;
import dev.potstill.trainer.data.Phase;
import dev.potstill.trainer.data.Preparation;
import dev.potstill.trainer.data.Publication;
import dev.potstill.trainer.data.Respondent;
import dev.potstill.trainer.text.Tokenizer;
import java.util.List;

/** Data engineering: from raw interactions to graded rows, the teacher's own answers among them. */
public final class DataStage implements StageWork {

    @Override
    public Made make(StageContext context) {
        requireAnswers(context);
        var models = new Models(context);
        models.check();
        try (Tokenizer teacher = models.teacherTokenizer();
                Tokenizer student = models.studentTokenizer()) {
            return prepare(
                    context,
                    new Preparation(
                            context.spec(), context.partial(), context.progress(), context.stop(), teacher, student),
                    student);
        }
    }

    private static Made prepare(StageContext context, Preparation preparation, Tokenizer tokenizer) {
        Phase collected = preparation.collect();
        if (Endpoints.isTeacher(context.spec())) {
            try (Respondent teacher = Endpoints.respondent(context, tokenizer)) {
                return prepare(context, preparation, collected, teacher);
            }
        }
        try (Models.Open open = new Models(context).teacher();
                Respondent teacher = new LoadedTeacher(open.model(), open.tokenizer())) {
            return prepare(context, preparation, collected, teacher);
        }
    }

    private static Made prepare(StageContext context, Preparation preparation, Phase collected, Respondent teacher) {
        Phase answered = preparation.answer(collected, teacher);
        var graded = preparation.grade(answered, teacher);
        var publication = new Publication(context.spec(), collected, answered, graded);
        publication.write(context.out(), context.upstream().input().components());
        return Made.of(publication.counts(), publication.measures());
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
