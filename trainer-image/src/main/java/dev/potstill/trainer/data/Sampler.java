package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.run.Stopped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Asks one teacher batch by batch, and keeps what it said as soon as it is there.
 *
 * @param teacher its name
 * @param sideBySide whether the batches of a window may be asked at once, as the teacher itself says how many questions it takes
 */
record Sampler(
        String teacher,
        Respondent.Asking asking,
        boolean sideBySide,
        Transcript transcript,
        TokenBudget budget,
        Activity activity) {

    /** Has every batch of the window that is this teacher's answered, but for those that an earlier attempt finished. */
    void fill(Window window) {
        List<Batch> own = window.batches().stream()
                .filter(batch -> batch.teacher().equals(teacher))
                .toList();
        if (sideBySide) {
            fillAtOnce(own);
        } else {
            own.forEach(this::fill);
        }
    }

    private void fillAtOnce(List<Batch> batches) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ExecutorCompletionService<Void>(threads);
            batches.forEach(batch -> done.submit(() -> fill(batch), null));
            try {
                for (int i = 0; i < batches.size(); i++) {
                    done.take().get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw thrown(e.getCause());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new Stopped();
            }
        }
    }

    private static RuntimeException thrown(@Nullable Throwable cause) {
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private void fill(Batch batch) {
        transcript.get(batch, log -> ask(batch, log));
        activity.done(batch.requests().size());
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
