package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.data.SamplingPlan.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that sampling may take in all. Every batch has its share of them from the start: of all requests in their order so many are
 * chosen, evenly over the whole set, as the budget holds at the most that they may take, and a batch gets what its own may. So what is
 * asked depends neither on the order in which batches are done nor on who does them.
 *
 * @param shares by the number of the batch; none where everything may be asked
 */
record TokenBudget(SamplingPlan plan, Optional<long[]> shares) {

    /** @param tokens in all, or null for any number */
    static TokenBudget of(@Nullable Long tokens, SamplingPlan plan, Supplier<Stream<Question>> questions) {
        if (tokens == null) {
            return new TokenBudget(plan, Optional.empty());
        }
        long[] foreseen = {0};
        each(plan, questions, batch -> foreseen[0] += foreseen(plan, batch));
        return new TokenBudget(
                plan,
                tokens >= foreseen[0] ? Optional.empty() : Optional.of(shares(plan, questions, tokens, foreseen[0])));
    }

    private static void each(SamplingPlan plan, Supplier<Stream<Question>> questions, Consumer<Batch> look) {
        try (Stream<Question> all = questions.get()) {
            plan.windows(all).forEach(window -> window.batches().forEach(look));
        }
    }

    private static long foreseen(SamplingPlan plan, Batch batch) {
        return batch.requests().stream().mapToLong(plan::foreseen).sum();
    }

    private static long[] shares(SamplingPlan plan, Supplier<Stream<Question>> questions, long tokens, long foreseen) {
        LongStream.Builder shares = LongStream.builder();
        long[] passed = {0};
        long[] given = {0};
        each(plan, questions, batch -> {
            long before = given[0];
            for (Request request : batch.requests()) {
                long most = plan.foreseen(request);
                passed[0] += most;
                long due = Math.min(tokens, (long) ((double) tokens / foreseen * passed[0]));
                given[0] += given[0] + most <= due ? most : 0;
            }
            shares.add(given[0] - before);
        });
        return shares.build().toArray();
    }

    /** What a batch may take. */
    long share(Batch batch) {
        return shares.map(each -> each[batch.number()]).orElse(Long.MAX_VALUE);
    }

    /** The first of these requests: as many as are sure to fit into so many tokens. */
    List<Request> fitting(List<Request> requests, long rest) {
        long taken = 0;
        int count = 0;
        while (count < requests.size() && taken + plan.foreseen(requests.get(count)) <= rest) {
            taken += plan.foreseen(requests.get(count++));
        }
        return requests.subList(0, count);
    }
}
