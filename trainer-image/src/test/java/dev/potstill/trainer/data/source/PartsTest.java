package dev.potstill.trainer.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.potstill.api.Data.Format;
import dev.potstill.api.Data.Source;
import dev.potstill.trainer.data.source.Rows.Bad;
import dev.potstill.trainer.data.source.Rows.Good;
import dev.potstill.trainer.data.source.Rows.Read;
import dev.potstill.trainer.data.tables.Database;
import dev.potstill.trainer.text.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {
    @TempDir
    private Path folder;

    private static Source source(Path path, Format format) {
        return new Source(path.toUri().toString(), format, null);
    }

    /** A row, and its line in the file. */
    private record Seen(long line, String what) {}

    private List<Seen> read(List<Part> parts) {
        List<Seen> seen = new ArrayList<>();
        long before = 0;
        for (Part part : parts) {
            try (Rows rows = Rows.of(part, 1, folder.resolve("spill"))) {
                for (Optional<Read> row = rows.next(); row.isPresent(); row = rows.next()) {
                    seen.add(new Seen(before + row.get().line(), what(row.get())));
                }
                before += part.isNumberedByItself() ? rows.lines() : 0;
            }
        }
        return seen;
    }

    private static String what(Read read) {
        return switch (read) {
            case Good good -> good.interaction().prompt().getLast().content();
            case Bad bad -> "bad: " + bad.what();
        };
    }

    @Test
    void what_is_wrong_with_a_file_is_said_in_its_users_words() throws IOException {
        Path list = Files.writeString(folder.resolve("list.jsonl"), "[\n{\"prompt\": \"one\"}\n]\n");
        assertThat(read(Parts.of(List.of(source(list, Format.PromptJsonl)), 0))
                        .getFirst()
                        .what())
                .contains("found the beginning of a list", "a line of its own");
        Path wide = Files.writeString(folder.resolve("wide.jsonl"), "{\"prompt\": 1}\n", StandardCharsets.UTF_16);
        assertThat(read(Parts.of(List.of(source(wide, Format.PromptJsonl)), 0))
                        .getFirst()
                        .what())
                .contains("found UTF-16, expected UTF-8");
        Path open = Files.writeString(folder.resolve("open.jsonl"), "{\"prompt\": [\n");
        assertThat(read(Parts.of(List.of(source(open, Format.PromptJsonl)), 0))
                        .getFirst()
                        .what())
                .contains("found no JSON object")
                .doesNotContain("Source");
        Path empty = Files.createFile(folder.resolve("empty.JSONL.GZ"));
        assertThat(read(Parts.of(List.of(source(empty, Format.PromptJsonl)), 0)))
                .isEmpty();
        Path number = Files.writeString(folder.resolve("n.jsonl"), "{\"question\": \"6 x 7?\", \"answer\": 42}\n");
        assertThat(read(Parts.of(List.of(source(number, Format.ChatJsonl)), 0)))
                .extracting(Seen::what)
                .containsExactly("6 x 7?");
    }

    @Test
    void of_a_folder_the_files_of_the_format_are_read() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("README.md"), "---\nlicense: mit\n---\n");
        Files.writeString(data.resolve("a.JSONL"), "{\"prompt\": \"one\"}\n");
        Files.writeString(data.resolve(".b.jsonl"), "{\"prompt\": \"hidden\"}\n");
        Files.writeString(data.resolve("c.txt"), "two\n");
        assertThat(read(Parts.of(List.of(source(data, Format.PromptJsonl), source(data, Format.Text)), 0)))
                .extracting(Seen::what)
                .containsExactly("one", "two");
        assertThatThrownBy(() -> Parts.of(List.of(source(data, Format.Parquet)), 0))
                .hasMessageContaining("expected .parquet files");
    }

    @Test
    void however_a_file_is_cut_each_line_is_read_once_and_has_its_number() throws IOException {
        var draws = new Random(5);
        var text = new StringBuilder("\uFEFF");
        for (int i = 0; i < 200; i++) {
            text.append(
                    switch (draws.nextInt(6)) {
                        case 0 -> "\n";
                        case 1 -> "{\"question\": \"broken " + i + "\n";
                        case 2 ->
                            "{\"question\": \"" + "é".repeat(draws.nextInt(400)) + i + "\", \"answer\": \"1\"}\r\n";
                        default -> "{\"question\": \"" + i + "\", \"answer\": \"1\"}\n";
                    });
        }
        text.append("{\"question\": \"last\", \"answer\": \"1\"}");
        Path file = Files.writeString(folder.resolve("rows.jsonl"), text);
        var sources = List.of(source(file, Format.ChatJsonl));
        List<Seen> whole = read(Parts.of(sources, 0, Long.MAX_VALUE / 2));
        assertThat(whole).hasSizeGreaterThan(150).last().extracting(Seen::what).isEqualTo("last");
        for (long bytes : new long[] {1, 7, 64, 100, 1000, 4096}) {
            assertThat(read(Parts.of(sources, 0, bytes))).as("%d bytes", bytes).isEqualTo(whole);
        }
    }

    @Test
    void a_line_that_is_too_long_is_passed_over_wherever_the_cuts_are() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("{\"question\": \"a\", \"answer\": \"1\"}\n".getBytes(StandardCharsets.UTF_8));
            byte[] piece = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 50; i++) {
                out.write(piece);
            }
            out.write("\n{\"question\": \"b\", \"answer\": \"1\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        for (long bytes : new long[] {1 << 20, Parts.PART_BYTES}) {
            List<Seen> seen = read(Parts.of(List.of(source(file, Format.ChatJsonl)), 0, bytes));
            assertThat(seen).extracting(Seen::line).containsExactly(1L, 2L, 3L);
            assertThat(seen.get(1).what()).contains("found a line of more than 16,777,216 bytes");
        }
    }

    @Test
    void packed_files_are_one_part_each_and_a_torn_one_is_refused() throws IOException {
        Path file = folder.resolve("rows.jsonl.zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < 2000; i++) {
                out.write("{\"question\": \"%d\", \"answer\": \"%x\"}\n"
                        .formatted(i, new Random(i).nextLong())
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        List<Part> parts = Parts.of(List.of(source(file, Format.ChatJsonl)), 0, 100);
        assertThat(parts).hasSize(1);
        assertThat(read(parts)).hasSize(2000);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 30));
        assertThatThrownBy(() -> read(parts))
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining("expected a whole zstd file");
    }

    @Test
    void members_of_a_gzip_file_are_all_read_and_a_torn_one_is_refused() throws IOException {
        Path file = folder.resolve("rows.jsonl.gz");
        var member = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(member)) {
            out.write("{\"question\": \"q\", \"answer\": \"1\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        byte[] one = member.toByteArray();
        byte[] two = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, two, one.length, one.length);
        Files.write(file, two);
        List<Part> parts = Parts.of(List.of(source(file, Format.ChatJsonl)), 0);
        assertThat(read(parts)).hasSize(2);
        byte[] noMagic = two.clone();
        noMagic[one.length] = 0;
        for (byte[] torn : List.of(noMagic, Arrays.copyOf(two, one.length + 7), Arrays.copyOf(two, two.length - 3))) {
            Files.write(file, torn);
            assertThatThrownBy(() -> read(parts))
                    .hasMessageStartingWith(file.toString())
                    .hasMessageContaining("expected a whole gzip file");
        }
    }

    @Test
    void parquet_is_read_by_its_columns_and_cut_by_rows() {
        Path file = folder.resolve("train.parquet");
        try (Database database = Database.open(256 << 20, 1, folder.resolve("spill"))) {
            database.run(
                    "COPY (SELECT [{'role': 'user', 'content': 'q ' || i}, {'role': 'assistant', 'content': 'a'}] AS messages, i AS id,"
                            + " 'x' AS topic FROM range(20000) r(i)) TO '%s' (FORMAT parquet, ROW_GROUP_SIZE 4096)"
                                    .formatted(file));
        }
        List<Part> parts = Parts.of(List.of(source(file, Format.Parquet)), 0);
        assertThat(parts).hasSize(2);
        List<Seen> seen = read(parts);
        assertThat(seen).hasSize(20_000);
        assertThat(seen.getLast()).isEqualTo(new Seen(20_000, "q 19999"));
    }

    @Test
    void the_shapes_of_published_parquet_are_told_apart_and_other_columns_named() {
        try (Database database = Database.open(256 << 20, 1, folder.resolve("spill"))) {
            copy(
                    database,
                    "[{'from': 'human', 'value': 'q'}, {'from': 'gpt', 'value': 'a'}] AS conversations",
                    "a.parquet");
            copy(database, "'q' AS question, 'work #### 3' AS answer", "b.parquet");
            copy(database, "'q' AS prompt, '3' AS answer", "c.parquet");
            copy(database, "[{'role': 'user', 'content': 'q'}] AS prompt, NULL::VARCHAR AS test", "d.parquet");
            copy(database, "NULL::STRUCT(\"role\" VARCHAR, \"content\" VARCHAR)[] AS messages", "e.parquet");
            copy(database, "1 AS id, 'q' AS body", "f.parquet");
        }
        for (String name : List.of("a", "b", "c", "d")) {
            assertThat(read(Parts.of(List.of(source(folder.resolve(name + ".parquet"), Format.Parquet)), 0)))
                    .as(name)
                    .containsExactly(new Seen(1, "q"));
        }
        assertThat(read(Parts.of(List.of(source(folder.resolve("e.parquet"), Format.Parquet)), 0))
                        .getFirst()
                        .what())
                .startsWith("bad: found the fields messages");
        assertThatThrownBy(() -> read(Parts.of(List.of(source(folder.resolve("f.parquet"), Format.Parquet)), 0)))
                .hasMessageContaining("f.parquet: found the columns id, body, expected messages, conversations");
    }

    @Test
    void a_parquet_file_tells_all_that_lines_of_json_tell() throws IOException {
        String chat = "[{'from': 'human', 'value': 'q'}, {'from': 'gpt', 'value': 'a'}]";
        try (Database database = Database.open(256 << 20, 1, folder.resolve("spill"))) {
            copy(database, chat + " AS conversations, 'Be brief.' AS system, '3' AS reference", "a.parquet");
        }
        Path json = Files.writeString(
                folder.resolve("a.jsonl"),
                "{\"conversations\": %s, \"system\": \"Be brief.\", \"reference\": \"3\"}\n"
                        .formatted(chat.replace('\'', '"')));
        List<Interaction> read = interactions(source(folder.resolve("a.parquet"), Format.Parquet));
        assertThat(read).isEqualTo(interactions(source(json, Format.ChatJsonl)));
        assertThat(read.getFirst().prompt().getFirst()).isEqualTo(new Message("system", "Be brief."));
    }

    private List<Interaction> interactions(Source source) {
        List<Interaction> all = new ArrayList<>();
        for (Part part : Parts.of(List.of(source), 0)) {
            try (Rows rows = Rows.of(part, 1, folder.resolve("spill"))) {
                for (Optional<Read> row = rows.next(); row.isPresent(); row = rows.next()) {
                    all.add(((Good) row.get()).interaction());
                }
            }
        }
        return all;
    }

    @Test
    void a_parquet_file_that_numbers_its_rows_is_read_like_any_other() {
        Path file = folder.resolve("numbered.parquet");
        try (Database database = Database.open(256 << 20, 1, folder.resolve("spill"))) {
            database.run(
                    "COPY (SELECT 'q ' || i AS prompt, 7 * i AS File_Row_Number FROM range(20000) r(i)) TO '%s' (FORMAT parquet, ROW_GROUP_SIZE 4096)"
                            .formatted(file));
        }
        List<Part> parts = Parts.of(List.of(source(file, Format.Parquet)), 0);
        assertThat(parts).hasSize(2);
        List<Seen> seen = read(parts);
        assertThat(seen).hasSize(20_000);
        for (int i = 0; i < 20_000; i++) {
            assertThat(seen.get(i)).isEqualTo(new Seen(i + 1, "q " + i));
        }
    }

    @Test
    void a_name_is_no_pattern() {
        try (Database database = Database.open(256 << 20, 1, folder.resolve("spill"))) {
            copy(database, "'first' AS prompt", "train1.parquet");
            copy(database, "'second' AS prompt", "train[1].parquet");
            copy(database, "'third' AS prompt", "train*.parquet");
        }
        for (String name : List.of("train1", "train[1]", "train*")) {
            String prompt = name.equals("train1") ? "first" : name.equals("train*") ? "third" : "second";
            assertThat(read(Parts.of(List.of(source(folder.resolve(name + ".parquet"), Format.Parquet)), 0)))
                    .as(name)
                    .containsExactly(new Seen(1, prompt));
        }
    }

    private void copy(Database database, String columns, String name) {
        database.run("COPY (SELECT %s) TO '%s' (FORMAT parquet)".formatted(columns, folder.resolve(name)));
    }

    @Test
    void what_is_no_parquet_is_refused_by_name() throws IOException {
        Path file = Files.writeString(folder.resolve("x.parquet"), "{\"question\": 1}");
        assertThatThrownBy(() -> Parts.of(List.of(source(file, Format.Parquet)), 0))
                .hasMessageStartingWith(file + ": cannot be read as Parquet");
    }

    @Test
    void paragraphs_of_a_text_are_prompts() throws IOException {
        Path file = Files.writeString(
                folder.resolve("prompts.txt"), "\n\nFirst line,  \nsecond line.\n \n\nAnother one?\r\n\r\nLast");
        List<Part> parts = Parts.of(List.of(source(file, Format.Text)), 0);
        assertThat(read(parts))
                .containsExactly(
                        new Seen(3, "First line,\nsecond line."), new Seen(7, "Another one?"), new Seen(9, "Last"));
    }

    @Test
    void thoughts_that_are_handed_over_apart_come_before_the_answer() {
        Interaction row = Interaction.of(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, {\"role\": \"assistant\", \"content\": \"7\", \"reasoning_content\": \"3+4\"}],"
                        + " \"reference\": \"7\", \"finish_reason\": \"length\"}",
                Format.ChatJsonl);
        assertThat(row.messages()).last().isEqualTo(new Message("assistant", "<think>\n3+4\n</think>\n\n7"));
        assertThat(row.reference()).contains("7");
        assertThat(row.cut()).isTrue();
    }
}
