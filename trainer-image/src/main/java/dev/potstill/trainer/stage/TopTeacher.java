package dev.potstill.trainer.stage;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.endpoint.EndpointTop;
import dev.potstill.trainer.endpoint.Scorer;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.TopSource;
import java.util.Optional;

/** The main teacher as the response stage asks it, with the student's tokens: a model of this process, or a server. */
record TopTeacher(TopSource source, Optional<Models.Open> model) implements AutoCloseable {

    /** A {@link Problem} where its tokens are not the student's, as far as can be told before it is asked. */
    static TopTeacher of(StageContext context, Models.Open student, double temperature) {
        if (Endpoints.isTeacher(context.spec())) {
            return new TopTeacher(asked(context, student, temperature), Optional.empty());
        }
        Models.Open open = new Models(context).teacherToRead();
        try {
            Agreement.requireSameTokens(open, student);
        } catch (Problem e) {
            open.close();
            throw e;
        }
        return new TopTeacher(top(context, open, temperature), Optional.of(open));
    }

    /** One that reads the rows as tokens of its own. */
    static TopTeacher apart(StageContext context, double temperature) {
        Models.Open open = new Models(context).teacherToRead();
        return new TopTeacher(top(context, open, temperature), Optional.of(open));
    }

    /** Of a model in this process. */
    private static TopSource top(StageContext context, Models.Open open, double temperature) {
        return new Teacher(open.model()).top(context.spec().response().topK(), temperature);
    }

    private static TopSource asked(StageContext context, Models.Open student, double temperature) {
        if (Double.parseDouble(context.spec().response().temperature()) != 1) {
            context.warnings()
                    .accept(
                            "spec.response.temperature: at %s all tokens that a teacher behind an endpoint does not list count as one, as with tail Pooled; at \"1\" nothing is lost"
                                    .formatted(context.spec().response().temperature()));
        }
        int vocabulary = student.model().config().vocabulary();
        Scorer scorer = new Scorer(Endpoints.teacher(context), student.tokenizer(), vocabulary);
        int k = Math.min(context.spec().response().topK(), vocabulary);
        int concurrency = Endpoints.settings(context.spec()).maxConcurrency();
        return new EndpointTop(scorer, k, temperature, concurrency);
    }

    /** Tokens that are read together, with the student open beside it. */
    long blockTokens(Models.Open student) {
        return source.blockTokens(
                model.map(teacher -> teacher.memoryBeside(student)).orElseGet(Hardware::memory));
    }

    /** Why it is not asked at each step, where it is not. */
    Optional<String> never() {
        if (model.isEmpty()) {
            return Optional.of(StageSignals.ASKED);
        }
        return model.get().model().isStreamed() ? Optional.of(StageSignals.STREAMED) : Optional.empty();
    }

    @Override
    public void close() {
        source.close();
        model.ifPresent(Models.Open::close);
    }
}
