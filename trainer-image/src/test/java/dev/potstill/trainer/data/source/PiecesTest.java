package dev.potstill.trainer.data.source;

import static dev.potstill.trainer.data.source.PiecesRead.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.potstill.api.Data.Format;
import dev.potstill.trainer.data.source.PiecesRead.Seen;
import dev.potstill.trainer.text.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PiecesTest {
    @TempDir
    private Path folder;

    private List<Seen> read(List<Piece> pieces) {
        return new PiecesRead(folder).seen(pieces);
    }

    @Test
    void what_is_wrong_with_a_file_is_said_in_its_users_words() throws IOException {
        Path list = Files.writeString(folder.resolve("list.jsonl"), "[\n{\"prompt\": \"one\"}\n]\n");
        assertThat(read(Pieces.of(List.of(source(list, Format.PromptJsonl)), 0))
                        .getFirst()
                        .what())
                .contains("found the beginning of a list", "a line of its own");
        Path wide = Files.writeString(folder.resolve("wide.jsonl"), "{\"prompt\": 1}\n", StandardCharsets.UTF_16);
        assertThat(read(Pieces.of(List.of(source(wide, Format.PromptJsonl)), 0))
                        .getFirst()
                        .what())
                .contains("found UTF-16, expected UTF-8");
        Path open = Files.writeString(folder.resolve("open.jsonl"), "{\"prompt\": [\n");
        assertThat(read(Pieces.of(List.of(source(open, Format.PromptJsonl)), 0))
                        .getFirst()
                        .what())
                .contains("found no JSON object")
                .doesNotContain("Source");
        Path empty = Files.createFile(folder.resolve("empty.JSONL.GZ"));
        assertThat(read(Pieces.of(List.of(source(empty, Format.PromptJsonl)), 0)))
                .isEmpty();
        Path number = Files.writeString(folder.resolve("n.jsonl"), "{\"question\": \"6 x 7?\", \"answer\": 42}\n");
        assertThat(read(Pieces.of(List.of(source(number, Format.ChatJsonl)), 0)))
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
        assertThat(read(Pieces.of(List.of(source(data, Format.PromptJsonl), source(data, Format.Text)), 0)))
                .extracting(Seen::what)
                .containsExactly("one", "two");
        assertThatThrownBy(() -> Pieces.of(List.of(source(data, Format.Parquet)), 0))
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
        List<Seen> whole = read(Pieces.of(sources, 0, Long.MAX_VALUE / 2));
        assertThat(whole).hasSizeGreaterThan(150).last().extracting(Seen::what).isEqualTo("last");
        for (long bytes : new long[] {1, 7, 64, 100, 1000, 4096}) {
            assertThat(read(Pieces.of(sources, 0, bytes))).as("%d bytes", bytes).isEqualTo(whole);
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
        for (long bytes : new long[] {1 << 20, Pieces.PIECE_BYTES}) {
            List<Seen> seen = read(Pieces.of(List.of(source(file, Format.ChatJsonl)), 0, bytes));
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
        List<Piece> pieces = Pieces.of(List.of(source(file, Format.ChatJsonl)), 0, 100);
        assertThat(pieces).hasSize(1);
        assertThat(read(pieces)).hasSize(2000);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 30));
        assertThatThrownBy(() -> read(pieces))
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
        List<Piece> pieces = Pieces.of(List.of(source(file, Format.ChatJsonl)), 0);
        assertThat(read(pieces)).hasSize(2);
        byte[] noMagic = two.clone();
        noMagic[one.length] = 0;
        for (byte[] torn : List.of(noMagic, Arrays.copyOf(two, one.length + 7), Arrays.copyOf(two, two.length - 3))) {
            Files.write(file, torn);
            assertThatThrownBy(() -> read(pieces))
                    .hasMessageStartingWith(file.toString())
                    .hasMessageContaining("expected a whole gzip file");
        }
    }

    @Test
    void paragraphs_of_a_text_are_prompts() throws IOException {
        Path file = Files.writeString(
                folder.resolve("prompts.txt"), "\n\nFirst line,  \nsecond line.\n \n\nAnother one?\r\n\r\nLast");
        List<Piece> pieces = Pieces.of(List.of(source(file, Format.Text)), 0);
        assertThat(read(pieces))
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
