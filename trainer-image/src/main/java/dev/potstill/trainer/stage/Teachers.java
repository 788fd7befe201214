package dev.potstill.trainer.stage;

import dev.potstill.api.Teacher;
import dev.potstill.trainer.data.LoadedTeacher;
import dev.potstill.trainer.data.Respondent;
import dev.potstill.trainer.data.StreamedTeacher;
import dev.potstill.trainer.signals.StreamedLoss;
import dev.potstill.trainer.text.Tokenizer;
import java.util.List;

/**
 * The teachers of a run as the data stage asks them.
 *
 * @param student the student's tokenizer, which is taken to be that of a teacher behind an endpoint
 */
record Teachers(StageContext context, Tokenizer student) {

    /** The teacher of this name; the caller closes it. */
    Respondent open(String name) {
        List<Teacher> teachers = context.spec().teachers();
        int index = teachers.stream().map(Teacher::name).toList().indexOf(name);
        if (teachers.get(index).endpoint() != null) {
            return Endpoints.respondent(context, index, student);
        }
        Models models = new Models(context);
        boolean read = new DataRole(context.spec(), index).onlyGrades();
        Models.Open open = read ? models.teacherToRead() : models.teacher(index);
        return open.model().isStreamed()
                ? streamed(open)
                : new LoadedTeacher(open.model(), open.tokenizer(), open::close);
    }

    private static Respondent streamed(Models.Open open) {
        StreamedLoss loss = new StreamedLoss(open.model(), open.memory());
        return new StreamedTeacher(open.tokenizer(), loss::of, () -> {
            loss.close();
            open.close();
        });
    }
}
