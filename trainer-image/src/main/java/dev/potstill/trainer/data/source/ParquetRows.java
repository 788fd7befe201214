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
            "system",
            "question",
            "answer",
            "prompt",
            "reference",
            "finish_reason",
            "test",
            "entry_point",
            "verifier");

    /** What the database numbers rows by, without reading those before; where a file has a column of that name, they are counted. */
    private static final String NUMBER = "file_row_number";

    /** Enough for a row group of long texts; what needs more is spilled. */
    private static final long MEMORY = 512L << 20;

    private final Database database;
    private final Cursor rows;

    ParquetRows(Piece piece, Path spill) {
        this.database = Database.open(MEMORY, 1, spill);
        try {
            database.run("SET preserve_insertion_order = true");
            this.rows = database.cursor(select(piece));
        } catch (Problem e) {
            database.close();
            throw unreadable(piece.file(), e);
        }
    }

    private String select(Piece piece) {
        List<String> columns = columns(piece.file());
        String fields = known(piece.file(), columns).stream()
                .map(name -> "%s: \"%s\"".formatted(name, name))
                .collect(Collectors.joining(", ", "{", "}"));
        String file = Database.file(piece.file());
        return columns.stream().anyMatch(NUMBER::equalsIgnoreCase)
                ? "SELECT %d + row_number() OVER (), to_json(%s)::VARCHAR FROM (SELECT * FROM read_parquet(%s) LIMIT %d OFFSET %1$d)"
                        .formatted(piece.from(), fields, file, piece.to() - piece.from())
                : "SELECT %1$s + 1, to_json(%2$s)::VARCHAR FROM read_parquet(%3$s, %1$s = true) WHERE %1$s >= %4$d AND %1$s < %5$d"
                        .formatted(NUMBER, fields, file, piece.from(), piece.to());
    }

    private List<String> columns(Path file) {
        List<String> all = new ArrayList<>();
        database.query(
                "SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(%s))".formatted(Database.file(file)),
                row -> all.add(row.getString(1)));
        return all;
    }

    private static List<String> known(Path file, List<String> all) {
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
