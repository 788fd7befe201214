package dev.potstill.trainer.data.clean;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.builtin.WordProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RationaleTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "29-18=11; 11-3=8; = 8",
                "1. Multiply first.\n2. Then add 3.\n\nThe answer is 15.",
                "First, x = 3. Then y = 2x = 6. The answer is 6.",
                "<think>hm, 3 and 4</think>7",
                "Because 7 is prime, it has no divisors; therefore the answer is no.",
                "So we loop:\n```\nfor i in range(3): print(i)\n```\nThis means it prints 3 numbers."
            })
    void steps_that_can_be_followed_are_reasoning(String answer) {
        assertThat(Rationale.in(answer).missing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Paris", "42", "Yes.", "= 10", "Hello! How can I help you today?", "<think>\n\n</think>\n\nParis"
            })
    void a_bare_answer_is_none(String answer) {
        assertThat(Rationale.in(answer).missing()).isPresent();
    }

    @Test
    void one_kind_of_feature_alone_is_not_enough_however_often_it_comes() {
        assertThat(Rationale.in("so so so so so so so").missing()).contains("littleReasoning");
        assertThat(Rationale.in("- apples\n- pears\n- books\n- coins").missing())
                .contains("littleReasoning");
    }

    @Test
    void all_word_problems_and_nearly_all_of_gsm8k_are_reasoned() throws IOException {
        var problems = new WordProblems(1);
        assertThat(LongStream.range(0, 1000).mapToObj(problems::train))
                .allMatch(problem -> Rationale.in(problem.reasoning()).missing().isEmpty());
        List<String> answers = new ArrayList<>();
        for (String line : Files.readAllLines(Shared.folder("data").resolve("gsm8k/test.jsonl"))) {
            answers.add(new ObjectMapper().readTree(line).path("answer").asText());
        }
        long reasoned = answers.stream()
                .filter(answer -> Rationale.in(answer).missing().isEmpty())
                .count();
        assertThat(reasoned).isGreaterThan(answers.size() * 98L / 100);
    }
}
