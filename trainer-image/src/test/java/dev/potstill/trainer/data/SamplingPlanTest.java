package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.trainer.data.SamplingPlan.Batch;
import dev.potstill.trainer.data.SamplingPlan.Request;
import dev.potstill.trainer.data.SamplingPlan.Window;
import dev.potstill.trainer.text.Message;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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

    private static SamplingPlan plan(int samples, long most, int maxTokens) {
        return new SamplingPlan(samples, most, maxTokens, Routes.allTo("t", 0), teacher -> SamplingPlan.PLACES);
    }

    private static List<Window> windows(SamplingPlan plan, List<Question> questions) {
        return plan.windows(questions.stream()).toList();
    }

    @Test
    void every_first_question_is_asked_as_often_as_wanted_and_no_other() {
        List<Question> questions = questions(5000, 1);
        List<Window> windows = windows(plan(3, 1_000_000, 100), questions);
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
        long asked = windows(plan(5, 37, 10), questions).stream()
                .flatMap(window -> window.batches().stream())
                .mapToLong(batch -> batch.requests().size())
                .sum();
        assertThat(asked).isEqualTo(37);
        assertThat(plan(5, 37, 10).requests(100)).isEqualTo(37);
    }

    @Test
    void batches_are_numbered_through_and_hold_what_fits() {
        int next = 0;
        for (Window window : windows(plan(2, 1_000_000, 112), questions(6000, 3))) {
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
