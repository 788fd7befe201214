package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.data.SamplingTeacher.Answer;
import java.util.ArrayList;
import java.util.List;

/** Asks the teacher batch by batch, and keeps what it said as soon as a batch is there. */
record Sampler(Respondent.Asking teacher, Saved<Answer> saved, Activity activity) {

    /** All answers to the questions of a window: those an earlier attempt kept, and the others. */
    List<Answer> answers(Window window) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < window.batches().size(); i++) {
            List<Request> batch = window.batches().get(i);
            answers.addAll(saved.get(window.firstBatch() + i, () -> ask(batch)));
            activity.done(batch.size());
        }
        return answers;
    }

    private List<Answer> ask(List<Request> batch) {
        activity.work();
        return teacher.ask(batch, activity::tokens);
    }
}
