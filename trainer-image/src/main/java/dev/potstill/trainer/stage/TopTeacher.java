package dev.potstill.trainer.stage;

import dev.potstill.api.Response;
import dev.potstill.trainer.endpoint.EndpointTop;
import dev.potstill.trainer.endpoint.Scorer;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.train.TrainingSet;
import java.util.Optional;

/** The main teacher as the response stage asks it: a model of this process, or a server. */
record TopTeacher(TopSource source, Optional<Models.Open> model) implements AutoCloseable {

    /** A {@link dev.potstill.contract.Problem} where its tokens are not the student's. */
    static TopTeacher of(StageContext context, TrainingSet set, Models.Open student) {
        Response response = context.spec().response();
        double temperature = Double.parseDouble(response.temperature());
        if (Endpoints.isTeacher(context.spec())) {
            return asked(context, set, student, temperature);
        }
        Models.Open open = new Models(context).teacher();
        try {
            Agreement.requireSameTokens(open, student);
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
        Teacher teacher = new Teacher(open.model(), set);
        return new TopTeacher(teacher.topSource(response.topK(), temperature), Optional.of(open));
    }

    private static TopTeacher asked(StageContext context, TrainingSet set, Models.Open student, double temperature) {
        int vocabulary = student.model().config().vocabulary();
        if (temperature != 1) {
            context.warnings()
                    .accept(
                            "spec.response.temperature: at %s what a teacher behind an endpoint does not list counts as one token; only at \"1\" nothing is lost"
                                    .formatted(context.spec().response().temperature()));
        }
        Scorer scorer = new Scorer(Endpoints.teacher(context), student.tokenizer(), vocabulary);
        int k = Math.min(context.spec().response().topK(), vocabulary);
        return new TopTeacher(
                new EndpointTop(
                        scorer,
                        set,
                        k,
                        temperature,
                        Endpoints.settings(context.spec()).maxConcurrency()),
                Optional.empty());
    }

    @Override
    public void close() {
        source.close();
        model.ifPresent(Models.Open::close);
    }
}
