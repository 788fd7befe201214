package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.parts.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Asks one teacher batch by batch, and keeps what it said as soon as it is there.
 *
 * @param teacher its name
 * @param sideBySide whether several batches may be asked at once, as the teacher itself says how many questions it takes
 */
record Sampler(
        String teacher,
        Respondent.Asking asking,
        boolean sideBySide,
        Transcript transcript,
        TokenBudget budget,
        Activity activity) {

    /** As many as there are in a window: so many that a server which takes many questions at once is kept busy. */
    private static final int AT_ONCE = 16;

    /** Has every batch that is this teacher's answered, by this trainer or others. */
    void askAll(Worker worker, Supplier<Stream<Window>> windows) {
        transcript.makeAll(
                transcript.parts(worker, sideBySide ? AT_ONCE : 1),
                () -> own(windows.get()),
                this::ask,
                activity::done);
    }

    private Stream<Batch> own(Stream<Window> windows) {
        return windows.flatMap(window -> window.batches().stream())
                .filter(batch -> batch.teacher().equals(teacher));
    }

    /** In rounds: each asks as much as is sure to fit into what the rounds before it left of the batch's tokens. */
    private List<Answer> ask(Batch batch, AnswerLog log) {
        activity.work();
        List<Answer> answers = new ArrayList<>();
        long rest = budget.share(batch);
        List<Request> left = batch.requests();
        for (List<Request> round = budget.fitting(left, rest); !round.isEmpty(); round = budget.fitting(left, rest)) {
            List<Answer> said = log.answers(round, missing -> asking.ask(missing, log::add, activity::tokens));
            answers.addAll(said);
            rest -= said.stream().mapToLong(Answer::allTokens).sum();
            left = left.subList(round.size(), left.size());
        }
        return answers;
    }
}
