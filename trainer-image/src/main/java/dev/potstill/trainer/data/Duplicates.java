package dev.potstill.trainer.data;

import dev.potstill.trainer.data.clean.MinHash;
import dev.potstill.trainer.data.tables.Appender;
import dev.potstill.trainer.data.tables.Cursor;
import dev.potstill.trainer.data.tables.Database;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rows of all parts stay, and what those that go knew. A row goes where an earlier one has the same prompt and answer, where it is like the first of those it
 * shares a band with, or where it is a prompt alone that an earlier row that stays has. Whether it goes depends on earlier rows alone.
 * Memory is bounded: tables and joins are the database's.
 */
final class Duplicates implements AutoCloseable {
    static final String SAME = "duplicate";
    static final String NEAR = "nearDuplicate";

    private static final String STAYING = "(SELECT p.* FROM prints p ANTI JOIN gone g ON p.place = g.place)";

    private final Database database;

    Duplicates(List<Path> prints, long memory, Path spill) {
        this.database = Database.open(memory, Runtime.getRuntime().availableProcessors(), spill);
        database.run("CREATE VIEW prints AS SELECT * FROM read_parquet(%s)".formatted(Database.list(prints)));
        database.run("CREATE TABLE gone (place BIGINT, reason VARCHAR, first BIGINT)");
    }

    void find(int nearPercent) {
        goes("pair", SAME, "prints", "true");
        if (nearPercent < 100) {
            findAlike(nearPercent);
        }
        goes("prompt", SAME, STAYING, "p.pair IS NULL");
    }

    /** Rows whose column an earlier one has too. */
    private void goes(String column, String reason, String among, String where) {
        database.run(
                ("INSERT INTO gone SELECT p.place, '%2$s', f.first FROM %3$s p JOIN (SELECT %1$s, min(place) AS first"
                                + " FROM %3$s GROUP BY %1$s HAVING count(*) > 1) f ON p.%1$s = f.%1$s WHERE p.place > f.first AND %4$s")
                        .formatted(column, reason, among, where));
    }

    private void findAlike(int percent) {
        database.run("CREATE TABLE met (place BIGINT, first BIGINT)");
        for (int band = 0; band < MinHash.bands(percent); band++) {
            database.run(
                    ("INSERT INTO met SELECT p.place, f.first FROM prints p JOIN (SELECT band%1$d, min(place) AS first FROM prints"
                                    + " WHERE band%1$d IS NOT NULL GROUP BY band%1$d HAVING count(*) > 1) f ON p.band%1$d = f.band%1$d WHERE p.place > f.first")
                            .formatted(band));
        }
        database.run("CREATE TABLE alike (place BIGINT, first BIGINT)");
        try (Appender alike = database.appender("alike")) {
            database.query(
                    "SELECT m.place, m.first, p.lowest, f.lowest FROM (SELECT DISTINCT place, first FROM met) m"
                            + " JOIN prints p ON p.place = m.place JOIN prints f ON f.place = m.first ANTI JOIN gone g ON g.place = m.place",
                    row -> {
                        if (MinHash.likeness(numbers(row, 3), numbers(row, 4)) * 100 >= percent) {
                            alike.row(row.getLong(1), row.getLong(2));
                        }
                    });
        }
        database.run("INSERT INTO gone SELECT place, '%s', min(first) FROM alike GROUP BY place".formatted(NEAR));
        database.run("DROP TABLE met");
        database.run("DROP TABLE alike");
    }

    private static long[] numbers(ResultSet row, int column) throws SQLException {
        Array array = row.getArray(column);
        Object[] values = (Object[]) array.getArray();
        var numbers = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            numbers[i] = ((Number) values[i]).longValue();
        }
        return numbers;
    }

    long staying() {
        return database.number("SELECT count(*) FROM " + STAYING);
    }

    /** The place of the n-th row that stays, from 1; there are that many. */
    long place(long n) {
        return database.number("SELECT place FROM %s ORDER BY place LIMIT 1 OFFSET %d".formatted(STAYING, n - 1));
    }

    /** Rows after this one are no longer looked at. */
    void cutAfter(long place) {
        database.run(
                "CREATE TABLE kept AS SELECT place, prompt, opening, language, kind, reference IS NOT NULL AS known FROM %s WHERE place <= %d"
                        .formatted(STAYING, place));
    }

    long count(String what) {
        return database.number("SELECT count(%s) FROM kept".formatted(what));
    }

    /**
     * The lowest of the different openings, as unsigned numbers, whose rows are together so many percent of all; or else the one that
     * fewest rows have. Those that alone have more rows are passed over, and where there is one opening only, it is trained on.
     */
    List<Long> openings(int percent, int most) {
        List<Long> openings = new ArrayList<>();
        database.query("""
                WITH alike AS (SELECT opening, count(*) AS n FROM kept GROUP BY opening),
                room AS (SELECT greatest(round(sum(n) * %d / 100.0), min(n)) AS rows, count(*) AS openings FROM alike),
                fitting AS (
                  SELECT opening, sum(n) OVER lowest AS upto, row_number() OVER lowest AS number, rows, openings
                  FROM alike, room WHERE n <= rows
                  WINDOW lowest AS (ORDER BY opening >= 0 DESC, opening))
                SELECT opening FROM fitting WHERE upto <= rows AND number <= %d AND openings > 1 ORDER BY number
                """.formatted(percent, most), row -> openings.add(row.getLong(1)));
        return openings;
    }

    /** How many rows are kept of each value of a column. */
    void counts(String column, java.util.function.ObjLongConsumer<String> take) {
        database.query(
                "SELECT %1$s, count(*) FROM kept WHERE %1$s IS NOT NULL GROUP BY %1$s ORDER BY %1$s".formatted(column),
                row -> take.accept(row.getString(1), row.getLong(2)));
    }

    /** Rows that go, and those that stay but whose prompt an earlier row that stays has: place, reason or "again", first, in order. */
    Cursor verdicts() {
        return database.cursor("SELECT place, reason, first FROM gone UNION ALL"
                + " SELECT k.place, 'again', f.first FROM kept k JOIN (SELECT prompt, min(place) AS first FROM kept GROUP BY prompt"
                + " HAVING count(*) > 1) f ON k.prompt = f.prompt WHERE k.place > f.first ORDER BY place");
    }

    /**
     * Rows that are kept and know no right answer, where another with the same prompt does, whatever became of that one: place, the first
     * answer known, its verifier.
     *
     * @param last rows after this one are not looked at
     */
    Cursor known(long last) {
        return database.cursor("SELECT k.place, p.reference, p.verifier FROM kept k"
                + " JOIN (SELECT prompt, min(place) AS first FROM prints WHERE reference IS NOT NULL AND place <= %d GROUP BY prompt) f"
                        .formatted(last)
                + " ON k.prompt = f.prompt JOIN prints p ON p.place = f.first WHERE NOT k.known ORDER BY k.place");
    }

    @Override
    public void close() {
        database.close();
    }
}
