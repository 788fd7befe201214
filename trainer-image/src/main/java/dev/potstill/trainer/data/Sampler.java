package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.data.SamplingTeacher.Answer;
import dev.potstill.trainer.parts.Worker;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Asks the teacher batch by batch, and keeps what it said as soon as a batch is there. */
record Sampler(Respondent.Asking teacher, Saved<Answer> saved, Activity activity) {

    /** Has all batches asked, by this trainer or others. */
    void askAll(Worker worker, Supplier<Stream<Window>> windows) {
        saved.makeAll(worker, () -> windows.get().flatMap(Window::parts), this::ask, activity::done);
    }

    /** All answers to the questions of a window. */
    List<Answer> answers(Window window) {
        return window.parts()
                .flatMap(part -> saved.get(part.number(), () -> ask(part.content())).stream())
                .toList();
    }

    private List<Answer> ask(List<Request> batch) {
        activity.work();
        return teacher.ask(batch, activity::tokens);
    }
}
