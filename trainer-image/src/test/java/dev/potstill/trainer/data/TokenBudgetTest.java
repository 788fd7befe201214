package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.TrainerCommand.Shard;
import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.parts.Worker;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBudgetTest {
    private static final int MAX_TOKENS = 100;
    private static final List<Question> QUESTIONS = IntStream.range(0, 400)
            .mapToObj(i -> new Question(
                    "q" + i,
                    List.of(new Message("user", "q" + i)),
                    null,
                    null,
                    i,
                    true,
                    1 + new SplittableRandom(i).nextInt(80)))
            .toList();
    private static final SamplingPlan PLAN = new SamplingPlan(
            Allotment.of(5, 1_000_000, new SetAside(Set.of()), QUESTIONS::stream),
            MAX_TOKENS,
            Routes.allTo("t", 400),
            teacher -> Integer.MAX_VALUE);

    @TempDir
    private Path folder;

    /** Says something of a length that the question and the sample decide. */
    private static Answer said(Request request) {
        int tokens = 1 + new SplittableRandom(request.hashCode()).nextInt(MAX_TOKENS);
        return new Answer(
                request.question().id(),
                request.sample(),
                "x",
                true,
                request.question().tokens(),
                tokens);
    }

    private List<Answer> sampled(@Nullable Long budget, String workspace, boolean sideBySide) {
        List<Answer> asked = Collections.synchronizedList(new ArrayList<>());
        Respondent.Asking teacher = (requests, answered, tick) -> requests.forEach(request -> {
            asked.add(said(request));
            answered.accept(List.of(said(request)));
        });
        var sampler = new Sampler(
                "t",
                teacher,
                sideBySide,
                new Transcript(folder.resolve(workspace)),
                TokenBudget.of(budget, PLAN, QUESTIONS::stream),
                new Activity("sampling", 2000, new ProgressBoard(Stage.Data, System::nanoTime), new StopSignal()));
        sampler.askAll(new Worker(Shard.WHOLE, pause -> {}), () -> PLAN.windows(QUESTIONS.stream()));
        return asked;
    }

    private static long tokens(List<Answer> answers) {
        return answers.stream().mapToLong(Answer::allTokens).sum();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 5_000, 60_000, 120_000})
    void never_more_than_the_budget_is_spent_and_nearly_all_of_it(long budget) {
        List<Answer> asked = sampled(budget, "one", false);
        long largest = MAX_TOKENS + 80L;
        long batches = 8;
        assertThat(tokens(asked)).isBetween(Math.max(0, budget - batches * largest), budget);
    }

    @Test
    void without_one_or_with_enough_everything_is_asked_once() {
        assertThat(sampled(null, "one", false)).hasSize(2000).doesNotHaveDuplicates();
        long all = QUESTIONS.stream()
                .mapToLong(q -> 5L * (q.tokens() + MAX_TOKENS))
                .sum();
        assertThat(sampled(all, "two", false)).hasSize(2000).doesNotHaveDuplicates();
    }

    @Test
    void what_is_asked_depends_on_neither_order_nor_attempts() {
        List<Answer> inTurn = sampled(60_000L, "one", false);
        List<Answer> atOnce = sampled(60_000L, "two", true);
        assertThat(atOnce).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(inTurn);
        assertThat(sampled(60_000L, "one", true)).isEmpty();
    }

    /** Far less than a request for each batch: some batches ask, and the others do not. */
    @Test
    void a_budget_of_a_few_answers_buys_a_few() {
        List<Answer> asked = sampled(600L, "one", false);
        assertThat(asked).hasSizeGreaterThanOrEqualTo(3);
        assertThat(tokens(asked)).isLessThanOrEqualTo(600);
    }

    @Test
    void every_part_of_the_set_has_its_share() {
        List<Answer> asked = sampled(60_000L, "one", false);
        for (int part = 0; part < 4; part++) {
            int from = part * 100;
            assertThat(asked)
                    .filteredOn(answer -> {
                        int number = Integer.parseInt(answer.question().substring(1));
                        return number >= from && number < from + 100;
                    })
                    .hasSizeGreaterThan(30);
        }
    }
}
