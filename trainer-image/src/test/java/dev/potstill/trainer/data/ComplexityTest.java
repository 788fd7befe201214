package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Routing;
import dev.potstill.api.Routing.Policy;
import dev.potstill.trainer.data.Routes.Rated;
import dev.potstill.trainer.text.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComplexityTest {

    private static Complexity of(String prompt) {
        return Complexity.of(List.of(new Message("user", prompt)), prompt.length() / 4);
    }

    @Test
    void each_feature_can_be_pointed_at() {
        Complexity one = of("If Tom has 12 apples and sells 3 each day, how many remain? Prove that x + 2 = 5.");
        assertThat(one).isEqualTo(new Complexity(20, 4, 2, 0, 2, 1, 1, 1));
        assertThat(of("```java\nint x = f(1);\nreturn x;\n```\nWhy does this fail?")
                        .codeLines())
                .isEqualTo(2);
    }

    @Test
    void prompts_as_long_as_a_book_are_counted_too() {
        assertThat(of("3.5,".repeat(100_000)).numbers()).isOne();
        assertThat(of("3.5, ".repeat(900)).numbers()).isEqualTo(900);
        assertThat(of("\n".repeat(1_000_000) + "  return f(x)\n").codeLines()).isOne();
        assertThat(of((";" + " ".repeat(1000) + "x").repeat(1000)).codeLines()).isZero();
    }

    @Test
    void what_asks_for_more_steps_is_harder() {
        String easy = "What is the capital of France?";
        String middling = "Tom has 12 apples. He sells 3 and buys 9 more. How many does he have?";
        String hard = "Prove that for each n at least 2 the sum 1 + 2 + 3 + ... + n = n(n+1)/2, and derive the sum of"
                + " squares. Then explain why the proof fails if n is negative, and compare both cases.";
        assertThat(of(easy).points()).isLessThan(of(middling).points());
        assertThat(of(middling).points()).isLessThan(of(hard).points());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30, 33, 50, 100})
    void the_hard_share_is_exact_to_one_prompt_and_holds_the_hardest(int percent) {
        List<Rated> rated = new ArrayList<>(IntStream.range(0, 997)
                .mapToObj(i -> new Rated("q%03d".formatted(i), i / 3))
                .toList());
        Routing routing = new Routing(Policy.Complexity, "small", "big", percent);
        Routes routes = Routes.of(routing, rated);
        assertThat(routes.prompts("big")).isBetween(997L * percent / 100, 997L * percent / 100 + 1);
        assertThat(routes.prompts("small") + routes.prompts("big")).isEqualTo(997);
        double hardestEasy = rated.stream()
                .filter(one -> routes.teacher(one.id()).equals("small"))
                .mapToDouble(Rated::hardness)
                .max()
                .orElse(-1);
        assertThat(rated)
                .filteredOn(one -> routes.teacher(one.id()).equals("big"))
                .hasSize((int) routes.prompts("big"))
                .allMatch(one -> one.hardness() >= hardestEasy);

        Collections.shuffle(rated, new Random(1));
        Routes again = Routes.of(routing, rated);
        assertThat(rated).allMatch(one -> again.teacher(one.id()).equals(routes.teacher(one.id())));
    }
}
