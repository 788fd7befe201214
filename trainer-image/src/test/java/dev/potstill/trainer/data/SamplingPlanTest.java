package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.text.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SamplingPlanTest {

    private static List<Question> questions(int count, long seed) {
        var random = new SplittableRandom(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> new Question(
                        "q" + i,
                        List.of(new Message("user", "q" + i)),
                        null,
                        null,
                        i,
                        random.nextInt(10) > 0,
                        1 + random.nextInt(400)))
                .toList();
    }

    private static SamplingPlan plan(
            int samples, long most, int maxTokens, Set<Long> setAside, List<Question> questions) {
        var allotment = Allotment.of(samples, most, new SetAside(setAside), questions::stream);
        return new SamplingPlan(allotment, maxTokens, Routes.allTo("t", 0), teacher -> SamplingPlan.PLACES);
    }

    private static SamplingPlan plan(int samples, int maxTokens, List<Question> questions) {
        return plan(samples, 1_000_000, maxTokens, Set.of(), questions);
    }

    private static Question question(int number, @Nullable String answer) {
        return new Question(
                "q" + number, List.of(new Message("user", "q" + number)), answer, null, number, true, 1 + number % 7);
    }

    private static List<Question> prompts(int count) {
        return IntStream.range(0, count).mapToObj(i -> question(i, null)).toList();
    }

    /** How many answers are asked for to each question, in their order. */
    private static List<Integer> asked(SamplingPlan plan, List<Question> questions) {
        Map<String, Integer> counts = new HashMap<>();
        windows(plan, questions).stream()
                .flatMap(window -> window.batches().stream())
                .flatMap(batch -> batch.requests().stream())
                .forEach(request -> counts.merge(request.question().id(), 1, Integer::sum));
        return questions.stream()
                .map(question -> counts.getOrDefault(question.id(), 0))
                .toList();
    }

    private static List<Window> windows(SamplingPlan plan, List<Question> questions) {
        return plan.windows(questions.stream()).toList();
    }

    @Test
    void every_first_question_is_asked_as_often_as_wanted_and_no_other() {
        List<Question> questions = questions(5000, 1);
        List<Window> windows = windows(plan(3, 100, questions), questions);
        List<Request> requests = windows.stream()
                .flatMap(window -> window.batches().stream())
                .flatMap(batch -> batch.requests().stream())
                .toList();
        assertThat(windows.stream().flatMap(window -> window.questions().stream()))
                .containsExactlyElementsOf(questions);
        assertThat(requests)
                .doesNotHaveDuplicates()
                .allMatch(request -> request.question().first());
        assertThat(requests)
                .hasSize((int) questions.stream().filter(Question::first).count() * 3);
    }

    @Test
    void no_more_is_asked_than_allowed_in_all() {
        List<Question> questions = questions(100, 2);
        var plan = plan(5, 37, 10, Set.of(), questions);
        assertThat(asked(plan, questions).stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(37);
        assertThat(plan.requests("t", questions.stream())).isEqualTo(37);
        assertThat(plan.requests("other", questions.stream())).isZero();
    }

    @Test
    void what_is_allowed_is_spread_evenly_over_all_prompts() {
        List<Question> prompts = prompts(40);
        List<Integer> some = asked(plan(5, 50, 10, Set.of(), prompts), prompts);
        assertThat(some).containsOnly(1, 2);
        for (int from = 0; from < 40; from += 4) {
            assertThat(some.subList(from, from + 4)).containsOnlyOnce(2);
        }
        List<Integer> few = asked(plan(5, 10, 10, Set.of(), prompts), prompts);
        assertThat(few).containsOnly(0, 1);
        for (int from = 0; from < 40; from += 4) {
            assertThat(few.subList(from, from + 4)).containsOnlyOnce(1);
        }
        assertThat(plan(5, 199, 10, Set.of(), prompts).allotment().binds()).isTrue();
        assertThat(plan(5, 200, 10, Set.of(), prompts).allotment().binds()).isFalse();
    }

    @Test
    void to_a_prompt_that_is_set_aside_one_answer_is_enough_and_none_where_the_source_has_one() {
        List<Question> questions = List.of(question(0, null), question(1, null), question(2, "a"), question(3, "a"));
        assertThat(asked(plan(5, 100, 10, Set.of(0L, 2L), questions), questions))
                .containsExactly(1, 5, 0, 5);
        assertThat(asked(plan(5, 8, 10, Set.of(0L, 2L), questions), questions)).containsExactly(1, 3, 0, 4);
        assertThat(asked(plan(5, 2, 10, Set.of(0L, 2L), questions), questions)).containsExactly(0, 1, 0, 1);
        assertThat(asked(plan(0, 2, 10, Set.of(0L, 2L), questions), questions)).containsOnly(0);
    }

    @Test
    void batches_are_numbered_through_and_hold_what_fits() {
        int next = 0;
        List<Question> questions = questions(6000, 3);
        for (Window window : windows(plan(2, 112, questions), questions)) {
            for (Batch batch : window.batches()) {
                assertThat(batch.number()).isEqualTo(next++);
            }
            assertThat(window.batches()).extracting(Batch::requests).allSatisfy(batch -> {
                int longest = batch.stream()
                        .mapToInt(request -> request.question().tokens())
                        .max()
                        .orElseThrow();
                assertThat(batch.size()).isBetween(1, 256);
                assertThat((longest + 112) * batch.size()).isLessThanOrEqualTo(1 << 14);
            });
        }
        assertThat(next).isPositive();
    }

    @Test
    void what_fits_nowhere_goes_alone() {
        assertThat(SamplingPlan.cut(List.of(50, 3, 4, 70), i -> i, 10, 10))
                .containsExactly(List.of(3, 4), List.of(50), List.of(70));
    }
}
