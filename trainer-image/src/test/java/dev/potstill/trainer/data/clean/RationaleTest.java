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
                "The sky scatters short waves most.\n</think>\n\nBlue.",
                "Because 7 is prime, it has no divisors; therefore the answer is no.",
                "So we loop:\n```\nfor i in range(3): print(i)\n```\nThis means it prints 3 numbers."
            })
    void steps_that_can_be_followed_are_reasoning(String answer) {
        assertThat(Rationale.in(answer).missing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Paris",
                "42",
                "Yes.",
                "= 10",
                "Hello! How can I help you today?",
                "<think>\n\n</think>\n\nParis",
                "\n\n</think>\n\nParis",
                "The tag is `</think>`.",
                "Die Hauptstadt ist Paris.",
                "La capitale, c'est Paris.",
                "La capital también es París.",
                "La capitale della Francia è Parigi.",
                "A capital da França é Paris.",
                "Столица Франции — Париж.",
                "法国的首都是巴黎。",
                "フランスの首都はパリです。",
                "El tío escribió así."
            })
    void a_bare_answer_is_none(String answer) {
        assertThat(Rationale.in(answer).missing()).isPresent();
    }

    /** Prose alone: no equation, no list. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zuerst legen wir beide Mengen zusammen. Dann nehmen wir weg, was verkauft wurde. Die Antwort ist neun.",
                "Tom hat sieben Äpfel, weil er keinen aß. Folglich bleiben sieben. Antwort: sieben",
                "D’abord, on réunit les deux tas. Ensuite, on retire ce qui est vendu. La réponse est neuf.",
                "Tous les hommes sont mortels, donc Socrate aussi, puisqu'il est un homme. Réponse\u00a0: oui",
                "Primero juntamos los dos montones. Después quitamos lo vendido. La respuesta es nueve.",
                "Prima si uniscono i mucchi, poi si toglie il venduto, quindi ne restano nove. La risposta è nove.",
                "Primeiro juntamos os montes. Então tiramos o que foi vendido. A resposta é nove.",
                "Сначала сложим обе кучи. Затем вычтем проданное. Ответ: девять.",
                "Все люди смертны, а Сократ человек, поэтому он смертен. Следовательно, да. Проверим ещё раз.",
                "首先把两堆合在一起,然后减去卖掉的,所以答案是九。",
                "因为苏格拉底是人,因此他会死。等一下,让我再想想。其实没错。",
                "まず、二つの山を合わせます。次に、売れた分を引きます。したがって、答えは九です。"
            })
    void prose_is_reasoning_in_other_languages_too(String answer) {
        assertThat(Rationale.in(answer).missing()).isEmpty();
    }

    @Test
    void a_thought_is_what_stands_before_the_tag_that_ends_it() {
        assertThat(Rationale.in("I see.\n</think>\nBlue.").thoughts()).isOne();
        assertThat(Rationale.in("I see.</think>Blue.</think>").thoughts()).isOne();
        assertThat(Rationale.in("<think>a</think> b <think>c</think> d").thoughts())
                .isEqualTo(2);
        assertThat(Rationale.in("<think>".repeat(1_000_000)).thoughts()).isZero();
        assertThat(Rationale.in("<think>".repeat(1_000_000) + "a</think>").thoughts())
                .isOne();
    }

    @Test
    void steps_and_results_are_seen_in_other_scripts() {
        assertThat(Rationale.in("1、先加。\n2、再减。").steps()).isEqualTo(2);
        assertThat(Rationale.in("Schritt 1: Étape 2 : шаг 3, 步骤4").steps()).isEqualTo(4);
        assertThat(Rationale.in("٣+٤=٧ 3＋4＝7").equations()).isEqualTo(2);
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
