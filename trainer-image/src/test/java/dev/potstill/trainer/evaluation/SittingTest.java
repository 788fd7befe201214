package dev.potstill.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.trainer.ParrotLlama;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.model.RowBudget;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.run.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SittingTest {
    private static final RowBudget ALL_AT_ONCE = new RowBudget(1L << 40);
    private static final RowBudget ONE_BY_ONE = new RowBudget(1);

    @TempDir
    Path folder;

    private final ProgressBoard progress = new ProgressBoard(Stage.Evaluation, () -> 0);
    private final StopSignal stop = new StopSignal();

    private List<Answer> answers(Subject subject, Exam exam, RowBudget budget) {
        return new Sitting(subject, exam, budget, progress, stop).answers();
    }

    @Test
    void a_model_that_always_says_12_solves_the_problems_whose_answer_is_12() {
        Exam exam = Exam.wordProblems(400);
        long twelves = exam.questions().stream()
                .filter(question -> question.expected().equals("12"))
                .count();
        try (Loaded parrot = Loaded.open("Parrot", ParrotLlama.save(folder, "=", " ", "1", "2"))) {
            List<Answer> answers = answers(parrot.subject(), exam, ALL_AT_ONCE);
            assertThat(twelves).isBetween(1L, 50L);
            assertThat(answers).hasSize(400).allMatch(answer -> answer.output().equals("= 12"));
            assertThat(answers.stream().filter(Answer::right)).hasSize((int) twelves);
        }
    }

    @Test
    void a_number_without_the_sign_before_it_is_no_answer() {
        Exam exam = Exam.wordProblems(400);
        try (Loaded parrot = Loaded.open("Parrot", ParrotLlama.save(folder, " ", "1", "2"))) {
            assertThat(answers(parrot.subject(), exam, ALL_AT_ONCE)).noneMatch(Answer::right);
        }
    }

    @Test
    void answers_are_in_the_order_of_the_questions_and_do_not_depend_on_what_is_asked_beside() throws IOException {
        Exam exam = Exam.wordProblems(37);
        try (Loaded tiny = Loaded.open("Tiny", TinyLlama.SMALL.save(folder, 1))) {
            List<Answer> together = answers(tiny.subject(), exam, ALL_AT_ONCE);
            assertThat(together).isEqualTo(answers(tiny.subject(), exam, ONE_BY_ONE));
            assertThat(together)
                    .extracting(Answer::question)
                    .isEqualTo(IntStream.range(0, 37).boxed().toList());
            assertThat(together)
                    .extracting(Answer::prompt)
                    .isEqualTo(exam.questions().stream().map(Question::prompt).toList());
            assertThat(together.stream().map(Answer::output).distinct().count()).isGreaterThan(10);
        }
    }

    @Test
    void half_right_is_half_right() throws IOException {
        try (Loaded tiny = Loaded.open("Tiny", TinyLlama.SMALL.save(folder, 2))) {
            List<Answer> honest = answers(tiny.subject(), Exam.wordProblems(20), ALL_AT_ONCE);
            List<Question> rigged = new ArrayList<>();
            for (Answer answer : honest) {
                boolean even = answer.question() % 2 == 0;
                rigged.add(new Question(answer.prompt(), "?", output -> even == output.equals(answer.output())));
            }
            assertThat(answers(tiny.subject(), new Exam(Suite.WordProblems, 40, rigged), ALL_AT_ONCE))
                    .allMatch(answer -> answer.right() == (answer.question() % 2 == 0));
        }
    }

    @Test
    void it_stops_within_a_step_and_counts_its_tokens() throws IOException {
        try (Loaded tiny = Loaded.open("Tiny", TinyLlama.SMALL.save(folder, 3))) {
            Sitting sitting = new Sitting(tiny.subject(), Exam.wordProblems(8), ALL_AT_ONCE, progress, stop);
            assertThat(sitting.answers()).hasSize(8);
            assertThat(sitting.tokens()).isBetween(8L, 8L * 40);
            assertThat(progress.latest().activity()).isEqualTo("scoring Tiny on WordProblems");
            assertThat(progress.latest().step()).isEqualTo(8);
            stop.raise();
            assertThatThrownBy(() -> answers(tiny.subject(), Exam.wordProblems(8), ALL_AT_ONCE))
                    .isInstanceOf(Stopped.class);
        }
    }

    @Test
    void word_problems_are_held_out_and_asked_once() {
        assertThat(Exam.wordProblems(500).questions())
                .hasSize(500)
                .extracting(Question::prompt)
                .doesNotHaveDuplicates()
                .allMatch(WordProblems::isHeldOut);
    }
}
