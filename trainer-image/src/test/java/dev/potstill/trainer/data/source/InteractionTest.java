package dev.potstill.trainer.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Data.Format;
import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InteractionTest {
    @TempDir
    private Path folder;

    private List<Interaction> read(Format format, String... lines) throws IOException {
        return read(Files.writeString(folder.resolve("rows.jsonl"), String.join("\n", lines)), format);
    }

    private static List<Interaction> read(Path file, Format format) {
        List<Interaction> read = new ArrayList<>();
        try (Lines lines = Lines.open(file)) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                read.add(Interaction.parse(line.get(), format));
            }
        }
        return read;
    }

    @Test
    void the_three_forms_of_chat_logs_mean_the_same() throws IOException {
        var expected =
                new Interaction(List.of(new Message("user", "1+1? \uD83D\uDE00")), Optional.of("2"), Optional.empty());
        assertThat(read(
                        Format.ChatJsonl,
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"1+1? 😀\"}, {\"role\": \"assistant\", \"content\": \"2\"}]}",
                        "",
                        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"1+1? 😀\"}]},"
                                + " {\"role\": \"assistant\", \"content\": \"2\"}]}\r",
                        "{\"conversations\": [{\"from\": \"human\", \"value\": \"1+1? 😀\"}, {\"from\": \"gpt\", \"value\": \"2\"}]}",
                        "{\"question\": \"1+1? \\ud83d\\ude00\", \"answer\": \"2\"}"))
                .hasSize(4)
                .allMatch(expected::equals);
    }

    @Test
    void gsm8k_brings_its_references() throws IOException {
        Path file = Shared.folder("data").resolve("gsm8k/train.jsonl");
        List<Interaction> rows = read(file, Format.ChatJsonl);
        assertThat(rows).hasSize(7473).allMatch(row -> row.reference().isPresent());
        assertThat(rows.getFirst().reference()).contains("72");
    }

    @Test
    void a_conversation_that_breaks_off_at_a_question_has_no_answer() throws IOException {
        assertThat(
                        read(
                                Format.ChatJsonl,
                                "{\"messages\": [{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", \"content\": \"a\"}]}"))
                .containsExactly(new Interaction(
                        List.of(new Message("system", "s"), new Message("user", "a")),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void prompts_may_have_an_answer_of_text_or_number() throws IOException {
        assertThat(read(
                        Format.PromptJsonl,
                        "{\"prompt\": \"p\"}",
                        "{\"prompt\": \"p\", \"answer\": 7}",
                        "{\"prompt\": \"p\", \"answer\": \"3+4=7 #### 7\"}"))
                .extracting(Interaction::reference)
                .containsExactly(Optional.empty(), Optional.of("7"), Optional.of("7"));
    }

    @Test
    void a_heading_is_no_right_answer() throws IOException {
        assertThat(read(
                        Format.ChatJsonl,
                        "{\"question\": \"q\", \"answer\": \"#### Step 1\\nAdd.\\n#### Conclusion\\nIt is 14.\"}",
                        "{\"question\": \"q\", \"answer\": \"#### Step 1\\nAdd.\\n#### 14\\n\"}"))
                .extracting(Interaction::reference)
                .containsExactly(Optional.empty(), Optional.of("14"));
    }

    @Test
    void what_stands_beside_a_conversation_is_part_of_it() throws IOException {
        assertThat(
                        read(
                                Format.ChatJsonl,
                                "{\"system\": \"s\", \"conversations\": [{\"from\": \"human\", \"value\": \"q\"}, {\"from\": \"gpt\", \"value\": \"a\"}]}",
                                "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, {\"role\": \"assistant\", \"content\": \"a\", \"reasoning\": \"r\"}]}"))
                .containsExactly(
                        new Interaction(
                                List.of(new Message("system", "s"), new Message("user", "q")),
                                Optional.of("a"),
                                Optional.empty()),
                        new Interaction(
                                List.of(new Message("user", "q")),
                                Optional.of("<think>\nr\n</think>\n\na"),
                                Optional.empty()));
    }

    @Test
    void a_prompt_may_name_its_verifier_or_bring_its_tests() throws IOException {
        List<Interaction> rows = read(
                Format.PromptJsonl,
                "{\"prompt\": \"p\", \"answer\": \"\\\\frac12\", \"verifier\": \"Symbolic\"}",
                "{\"prompt\": \"def f():\", \"test\": \"def check(g):\\n    assert g() == 1 #### 2\", \"entry_point\": \"f\"}",
                "{\"prompt\": \"Write f.\", \"test\": \"assert f() == 1\"}");
        assertThat(rows)
                .extracting(Interaction::verifier)
                .containsExactly(
                        Optional.of(Verifier.Symbolic), Optional.of(Verifier.Code), Optional.of(Verifier.Code));
        assertThat(rows)
                .extracting(row -> row.reference().orElseThrow())
                .containsExactly(
                        "\\frac12", "def check(g):\n    assert g() == 1 #### 2\n\ncheck(f)\n", "assert f() == 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\": \"p\", \"answer\": \"A\", \"verifier\": \"Letter\"} | verifier: found \"Letter\", expected Auto",
                "{\"prompt\": \"p\", \"answer\": \"A\", \"verifier\": \"Code\"} | programs are given by test and entry_point",
                "{\"prompt\": \"p\", \"answer\": \"Paris\", \"verifier\": \"Choice\"} | verifier: found the answer \"Paris\" for Choice",
                "{\"prompt\": \"p\", \"answer\": \"Paris\", \"verifier\": \"Numeric\"} | expected a number",
            })
    void a_verifier_that_cannot_judge_the_answer_is_refused(String line, String message) {
        assertThatThrownBy(() -> read(Format.PromptJsonl, line))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith(folder.resolve("rows.jsonl") + ":1: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"messages\": [                     | found no JSON object",
                "[1]                                  | found a list, expected a JSON object",
                "{} {}                                | found no JSON object",
                "{\"text\": \"a\"}                    | found the fields text, expected messages, conversations",
                "{\"messages\": 3}                    | messages: found the number 3, expected a list of messages",
                "{\"messages\": []}                   | messages: found an empty list",
                "{\"messages\": [{\"role\": \"tool\", \"content\": \"a\"}]} | messages[0].role: found \"tool\", expected one of",
                "{\"messages\": [{\"role\": \"user\", \"content\": null}]}  | messages[0].content: found null, expected text",
                "{\"messages\": [{\"role\": \"assistant\", \"content\": \"a\"}]} | messages[0]: found an answer",
                "{\"messages\": [\"a\"]}              | messages[0].role: found nothing",
                "{\"question\": \"a\\u0000\", \"answer\": \"b\"} | question: found a NUL character",
                "{\"question\": \"a\\ud800\", \"answer\": \"b\"} | question: found half of a surrogate pair",
                "{\"question\": 5, \"answer\": \"b\"} | question: found the number 5, expected text",
            })
    void a_malformed_line_is_refused_with_its_file_and_number(String line, String message) {
        assertThatThrownBy(() -> read(Format.ChatJsonl, "{\"question\": \"a\", \"answer\": \"b\"}", line))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.REJECTED))
                .hasMessageStartingWith(folder.resolve("rows.jsonl") + ":2: ")
                .hasMessageContaining(message);
    }

    @Test
    void bytes_that_are_no_text_are_refused_with_their_line() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        Files.write(file, new byte[] {'{', '}', '\n', (byte) 0xC3, 0x28, '\n'});
        assertThatThrownBy(() -> Lines.open(file).next().map(line -> Interaction.parse(line, Format.ChatJsonl)))
                .hasMessageContaining(":1: found the fields none");
        assertThatThrownBy(() -> {
                    try (Lines lines = Lines.open(file)) {
                        lines.next();
                        lines.next();
                    }
                })
                .hasMessageContaining(":2: found bytes that are not UTF-8");
        Files.write(file, new byte[] {'{', 0, '}'});
        assertThatThrownBy(() -> read(file, Format.ChatJsonl)).hasMessageContaining(":1: found a NUL byte");
    }

    @Test
    void a_line_of_more_than_fifty_million_bytes_is_refused_without_reading_on() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] piece = "x".repeat(1 << 20).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i < 49; i++) {
                out.write(piece);
            }
        }
        assertThatThrownBy(() -> read(file, Format.ChatJsonl)).hasMessageContaining(":1: found a line of more than");
    }

    @Test
    void a_packed_file_is_read_and_a_torn_one_refused() throws IOException {
        Path file = folder.resolve("rows.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"question\": \"a\", \"answer\": \"b\"}\n"
                    .repeat(500)
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(read(file, Format.ChatJsonl)).hasSize(500);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 12));
        assertThatThrownBy(() -> read(file, Format.ChatJsonl))
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining("expected a whole gzip file");
    }

    @Test
    void lines_longer_than_the_buffer_come_whole() throws IOException {
        String text = "a".repeat(200_000);
        Path file = Files.writeString(folder.resolve("rows.jsonl"), "\uFEFF" + text + "\n\n" + text + "b");
        try (Lines lines = Lines.open(file)) {
            assertThat(lines.next().orElseThrow().text()).isEqualTo(text);
            var last = lines.next().orElseThrow();
            assertThat(last.text()).isEqualTo(text + "b");
            assertThat(last.number()).isEqualTo(3);
            assertThat(lines.next()).isEmpty();
        }
    }
}
