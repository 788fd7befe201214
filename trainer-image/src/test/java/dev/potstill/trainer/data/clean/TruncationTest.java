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
                "\\boxed{3",
                "Then 3 + 4 = 7.\n#### 7 and therefore the",
                "You take apples or",
                "He uses it as a",
                "We need the number of",
                "3 is equal to",
                "So the answer is",
                "Here:\n```python\nx = 1",
                "Here: ```python\nx = 1",
                "Here:\n```",
                "<think>\nFirst,",
                "Sure.\n<think>I see"
            })
    void what_breaks_off_is_cut(String answer) {
        assertThat(Truncation.in(answer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "So the language is C++",
                "The grade is A+",
                "Therefore the answer is a",
                "Option a",
                "It is 3.",
                "Where do you come from",
                "He chose a",
                "That is what it is",
                "I don't know what the answer is",
                "Just because",
                "The one I have heard of",
                "il y en a",
                "Cette bague est en or",
                "Ja, er ruft nachher an",
                "Das geht dich gar nichts an",
                "Claro que voy a",
                "Use ``` to fence",
                "Code ends with ```",
                "Inline ```x = 1``` code",
                "```python\nx = 1\n```",
                "Write ``` x = 1\n``` and be done",
                "I wonder whether <think> is a tag"
            })
    void what_ends_is_whole(String answer) {
        assertThat(Truncation.in(answer)).isFalse();
    }
}
