package dev.potstill.trainer.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Evaluation;
import dev.potstill.api.Suite;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.Shared;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamTest {
    @TempDir
    Path folder;

    @Test
    void every_question_of_gsm8k_is_answered_by_its_own_solution_and_few_by_the_next_ones() throws IOException {
        Path file = Shared.folder("data").resolve("gsm8k").resolve("test.jsonl");
        Exam exam = Exam.gsm8k(file, 10_000);
        List<String> lines = Files.readAllLines(file);
        assertThat(exam.questions()).hasSameSizeAs(lines).hasSize(1319);
        int right = 0;
        int swapped = 0;
        for (int i = 0; i < lines.size(); i++) {
            String solution =
                    new ObjectMapper().readTree(lines.get(i)).path("answer").asText();
            right += exam.questions().get(i).right().test(solution) ? 1 : 0;
            swapped += exam.questions().get((i + 1) % lines.size()).right().test(solution) ? 1 : 0;
        }
        assertThat(right).isEqualTo(1319);
        assertThat(swapped).isLessThan(60);
    }

    @Test
    void no_more_is_asked_than_wanted() throws IOException {
        Path file = Files.write(
                folder.resolve("gsm8k.jsonl"),
                List.of(
                        "{\"question\": \"One and one?\", \"answer\": \"1+1=2 #### 2\"}",
                        "{\"question\": \"Two and two?\", \"answer\": \"2+2=4 #### 4\"}"));
        assertThat(Exam.gsm8k(file, 1).questions())
                .singleElement()
                .satisfies(question -> assertThat(question.expected()).isEqualTo("2"));
    }

    @Test
    void a_packed_file_with_blank_lines_is_read_as_the_data_stage_reads_it() throws IOException {
        Path file = folder.resolve("gsm8k.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"question\": \"One?\", \"answer\": \"#### 1\"}\n\n{\"question\": 2}\n".getBytes(UTF_8));
        }
        assertThat(Exam.gsm8k(file, 1).questions()).hasSize(1);
        assertThatThrownBy(() -> Exam.gsm8k(file, 2)).hasMessageContaining("gsm8k.jsonl.gz:3");
    }

    @Test
    void a_line_that_is_no_question_is_named_by_file_and_number() throws IOException {
        Path file = Files.write(
                folder.resolve("gsm8k.jsonl"),
                List.of("{\"question\": \"One?\", \"answer\": \"#### 1\"}", "{\"question\": \"Two?\"}"));
        assertThatThrownBy(() -> Exam.gsm8k(file, 10))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("gsm8k.jsonl:2")
                .hasMessageContaining("answer");
    }

    @Test
    void questions_that_are_nowhere_are_asked_for() {
        Evaluation settings = new Evaluation(List.of(Suite.GSM8K), List.of(), 10, List.of(), 1);
        assertThatThrownBy(() -> Exam.of(settings))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("spec.evaluation.data")
                .hasMessageContaining("GSM8K");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        Path file = folder.resolve("none.jsonl");
        assertThatThrownBy(() -> Exam.gsm8k(file, 10))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(file.toString());
    }
}
