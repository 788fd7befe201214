package dev.potstill.trainer.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Gatherer;
import java.util.stream.Gatherer.Downstream;
import java.util.stream.Stream;

/**
 * Which answers are sampled side by side: the same on every attempt, so that what an earlier one saved fits in.
 *
 * @param allotment how many of each prompt
 * @param maxTokens of an answer
 * @param routes which teacher answers which prompt; those of a batch have the same
 * @param places for tokens, of all that a teacher samples at once
 */
record SamplingPlan(Allotment allotment, int maxTokens, Routes routes, ToIntFunction<String> places) {
    /** Prompts are sorted by length among so many requests, to lie beside others of their length. */
    private static final int WINDOW_REQUESTS = 4096;

    /** Places in the cache of keys and values of a model in this process. */
    static final int PLACES = 1 << 14;

    /** Answers sampled at once: of a model in this process, what a kill may cost. */
    private static final int BATCH_REQUESTS = 256;

    /** One answer wanted, the n-th to a question. */
    record Request(Question question, int sample) {}

    /** What is asked of one teacher side by side. Batches are numbered through all windows. */
    record Batch(int number, String teacher, List<Request> requests) {}

    /** Questions in their order, and the batches of what is asked of them. */
    record Window(List<Question> questions, List<Batch> batches) {}

    /** How many answers are wanted of a teacher. */
    long requests(String teacher, Stream<Question> questions) {
        return windows(questions)
                .flatMap(window -> window.batches().stream())
                .filter(batch -> batch.teacher().equals(teacher))
                .mapToLong(batch -> batch.requests().size())
                .sum();
    }

    /** Tokens that a request may take at most: those of its prompt and of the longest answer. */
    long foreseen(Request request) {
        return (long) request.question().tokens() + maxTokens;
    }

    /** All windows, each made as it is asked for. */
    Stream<Window> windows(Stream<Question> questions) {
        return questions.gather(Gatherer.<Question, Opening, Window>ofSequential(
                Opening::new,
                (open, question, opened) -> open.add(question, opened),
                (open, opened) -> open.close(opened)));
    }

    /** The window that is being filled. */
    private final class Opening {
        private final ToIntFunction<Question> answers = allotment.inTurn();
        private int next;
        private List<Question> questions = new ArrayList<>();
        private List<Request> requests = new ArrayList<>();

        boolean add(Question question, Downstream<? super Window> windows) {
            questions.add(question);
            int wanted = answers.applyAsInt(question);
            for (int i = 0; i < wanted; i++) {
                requests.add(new Request(question, i));
            }
            boolean full = requests.size() >= WINDOW_REQUESTS || questions.size() >= WINDOW_REQUESTS;
            return !full || close(windows);
        }

        boolean close(Downstream<? super Window> windows) {
            if (questions.isEmpty()) {
                return true;
            }
            var window = new Window(questions, batches(next, requests));
            next += window.batches().size();
            questions = new ArrayList<>();
            requests = new ArrayList<>();
            return windows.push(window);
        }
    }

    private List<Batch> batches(int first, List<Request> requests) {
        List<Batch> batches = new ArrayList<>();
        for (String teacher : routes.teachers()) {
            List<Request> own = requests.stream()
                    .filter(request -> routes.teacher(request.question().id()).equals(teacher))
                    .toList();
            cut(own, request -> request.question().tokens() + maxTokens, places.applyAsInt(teacher), BATCH_REQUESTS)
                    .forEach(batch -> batches.add(new Batch(first + batches.size(), teacher, batch)));
        }
        return batches;
    }

    /**
     * Batches of neighbours in length, at most {@code most} in each.
     *
     * @param budget what the longest times the number of them is at most, except in a batch of one
     */
    static <T> List<List<T>> cut(List<T> items, ToIntFunction<T> length, int budget, int most) {
        List<List<T>> batches = new ArrayList<>();
        List<T> batch = new ArrayList<>();
        for (T item : items.stream().sorted(Comparator.comparingInt(length)).toList()) {
            boolean full = batch.size() == most || (long) length.applyAsInt(item) * (batch.size() + 1) > budget;
            if (full && !batch.isEmpty()) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }
}
