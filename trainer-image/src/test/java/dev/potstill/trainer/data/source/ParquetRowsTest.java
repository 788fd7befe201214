package dev.potstill.trainer.data.source;

import static dev.potstill.trainer.data.source.PiecesRead.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.Data.Format;
import dev.potstill.trainer.data.source.PiecesRead.Seen;
import dev.potstill.trainer.data.tables.Database;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRowsTest {
    @TempDir
    private Path folder;

    private List<Seen> read(List<Piece> pieces) {
        return new PiecesRead(folder).seen(pieces);
    }

    private void copy(Database database, String columns, String name) {
        database.run("COPY (SELECT %s) TO '%s' (FORMAT parquet)".formatted(columns, folder.resolve(name)));
    }

    /** @param columns of row i, which asks "q i" */
    private void twentyThousandAreRead(String columns) {
        Path file = folder.resolve("many.parquet");
        try (Database database = Database.open(256 << 20, 1, folder.resolve("spill"))) {
            database.run("COPY (SELECT %s FROM range(20000) r(i)) TO '%s' (FORMAT parquet, ROW_GROUP_SIZE 4096)"
                    .formatted(columns, file));
        }
        List<Piece> pieces = Pieces.of(List.of(source(file, Format.Parquet)), 0);
        assertThat(pieces).hasSize(2);
        List<Seen> seen = read(pieces);
        assertThat(seen).hasSize(20_000);
        for (int i = 0; i < 20_000; i++) {
            assertThat(seen.get(i)).isEqualTo(new Seen(i + 1, "q " + i));
        }
    }

    @Test
    void parquet_is_read_by_its_columns_and_cut_by_rows() {
        twentyThousandAreRead(
                "[{'role': 'user', 'content': 'q ' || i}, {'role': 'assistant', 'content': 'a'}] AS messages, i AS id, 'x' AS topic");
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
            assertThat(read(Pieces.of(List.of(source(folder.resolve(name + ".parquet"), Format.Parquet)), 0)))
                    .as(name)
                    .containsExactly(new Seen(1, "q"));
        }
        assertThat(read(Pieces.of(List.of(source(folder.resolve("e.parquet"), Format.Parquet)), 0))
                        .getFirst()
                        .what())
                .startsWith("bad: found the fields messages");
        assertThatThrownBy(() -> read(Pieces.of(List.of(source(folder.resolve("f.parquet"), Format.Parquet)), 0)))
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
        List<Interaction> read =
                new PiecesRead(folder).interactions(source(folder.resolve("a.parquet"), Format.Parquet));
        assertThat(read).isEqualTo(new PiecesRead(folder).interactions(source(json, Format.ChatJsonl)));
        assertThat(read.getFirst().prompt().getFirst()).isEqualTo(new Message("system", "Be brief."));
    }

    @Test
    void a_parquet_file_that_numbers_its_rows_is_read_like_any_other() {
        twentyThousandAreRead("'q ' || i AS prompt, 7 * i AS File_Row_Number");
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
            assertThat(read(Pieces.of(List.of(source(folder.resolve(name + ".parquet"), Format.Parquet)), 0)))
                    .as(name)
                    .containsExactly(new Seen(1, prompt));
        }
    }

    @Test
    void what_is_no_parquet_is_refused_by_name() throws IOException {
        Path file = Files.writeString(folder.resolve("x.parquet"), "{\"question\": 1}");
        assertThatThrownBy(() -> Pieces.of(List.of(source(file, Format.Parquet)), 0))
                .hasMessageStartingWith(file + ": cannot be read as Parquet");
    }
}
