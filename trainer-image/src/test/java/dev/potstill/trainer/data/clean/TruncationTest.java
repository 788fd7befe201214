package dev.potstill.trainer.data.clean;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TruncationTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "So it is 3 +",
                "The sum is (2) +",
                "and therefore",
                "x = ",
                "This is a",
                "we take the",
                "\\boxed{3"
            })
    void what_breaks_off_is_cut(String answer) {
        assertThat(Truncation.in(answer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"So the language is C++", "The grade is A+", "Therefore the answer is a", "Option a", "It is 3."
            })
    void what_ends_is_whole(String answer) {
        assertThat(Truncation.in(answer)).isFalse();
    }
}
