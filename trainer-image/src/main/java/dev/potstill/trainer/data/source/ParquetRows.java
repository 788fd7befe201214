package dev.potstill.trainer.data.source;

import dev.potstill.api.Data.Format;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.tables.Cursor;
import dev.potstill.trainer.data.tables.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Rows of a Parquet file as data sets are published in: the columns that a row of JSON may have, the others left unread. */
final class ParquetRows implements Rows {
    private static final Set<String> COLUMNS = Set.of(
            "messages",
            "conversations",
            "question",
            "answer",
            "prompt",
            "reference",
            "finish_reason",
            "test",
            "entry_point",
            "verifier");

    /** Enough for a row group of long texts; what needs more is spilled. */
    private static final long MEMORY = 512L << 20;

    private final Database database;
    private final Cursor rows;

    ParquetRows(Part part, Path spill) {
        this.database = Database.open(MEMORY, 1, spill);
        try {
            database.run("SET preserve_insertion_order = true");
            this.rows = database.cursor(select(part));
        } catch (Problem e) {
            database.close();
            throw unreadable(part.file(), e);
        }
    }

    private String select(Part part) {
        String fields = columns(part.file()).stream()
                .map(name -> "%s: \"%s\"".formatted(name, name))
                .collect(Collectors.joining(", ", "{", "}"));
        return "SELECT file_row_number + 1, to_json(%s)::VARCHAR FROM read_parquet(%s, file_row_number = true)"
                        .formatted(fields, Database.file(part.file()))
                + " WHERE file_row_number >= %d AND file_row_number < %d".formatted(part.from(), part.to());
    }

    private List<String> columns(Path file) {
        List<String> all = new ArrayList<>();
        database.query(
                "SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(%s))".formatted(Database.file(file)),
                row -> all.add(row.getString(1)));
        List<String> known = all.stream().filter(COLUMNS::contains).toList();
        if (known.isEmpty()) {
            throw Problem.rejected(
                    "%s: found the columns %s, expected messages, conversations, question and answer, or prompt"
                            .formatted(file, String.join(", ", all)));
        }
        return known;
    }

    static long count(Path file) {
        try (Database database = Database.open(MEMORY, 1, Path.of(System.getProperty("java.io.tmpdir")))) {
            return database.number("SELECT num_rows FROM parquet_file_metadata(%s)".formatted(Database.file(file)));
        } catch (Problem e) {
            throw unreadable(file, e);
        }
    }

    private static Problem unreadable(Path file, Problem e) {
        return e.getCause() == null
                ? e
                : Problem.rejected("%s: cannot be read as Parquet (%s), expected a whole Parquet file"
                        .formatted(
                                file,
                                String.valueOf(e.getCause().getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse("")));
    }

    @Override
    public Optional<Read> next() {
        return rows.next()
                ? Optional.of(JsonRows.read(rows.number(1), rows.text(2), Format.Parquet))
                : Optional.empty();
    }

    @Override
    public long lines() {
        return 0;
    }

    @Override
    public void close() {
        try (database) {
            rows.close();
        }
    }
}
