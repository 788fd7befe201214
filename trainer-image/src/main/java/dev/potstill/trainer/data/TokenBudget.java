package dev.potstill.trainer.data;

import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.data.SamplingPlan.Request;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that sampling may take in all. Every batch has its share of them from the start, in proportion to what it may take at most:
 * so what is asked depends neither on the order in which batches are done nor on who does them.
 *
 * @param tokens in all
 * @param foreseen tokens that all requests may take at most
 */
record TokenBudget(SamplingPlan plan, long tokens, long foreseen) {

    /** @param tokens in all, or null for any number */
    static TokenBudget of(@Nullable Long tokens, SamplingPlan plan, Supplier<Stream<Question>> questions) {
        if (tokens == null) {
            return new TokenBudget(plan, Long.MAX_VALUE, 0);
        }
        long[] foreseen = {0};
        try (Stream<Question> all = questions.get()) {
            plan.windows(all)
                    .forEach(window -> window.batches().forEach(batch -> foreseen[0] += foreseen(plan, batch)));
        }
        return new TokenBudget(plan, tokens, foreseen[0]);
    }

    private static long foreseen(SamplingPlan plan, Batch batch) {
        return batch.requests().stream().mapToLong(plan::foreseen).sum();
    }

    /** What a batch may take. */
    long share(Batch batch) {
        if (tokens >= foreseen) {
            return Long.MAX_VALUE;
        }
        return BigInteger.valueOf(tokens)
                .multiply(BigInteger.valueOf(foreseen(plan, batch)))
                .divide(BigInteger.valueOf(foreseen))
                .longValueExact();
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
