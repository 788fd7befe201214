package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.data.tables.Database;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a suite's CSV is read: by the names in its first line, or as MMLU's own, whose lines are a question, four choices and a letter. */
final class SuiteTables {
    static final List<String> LETTERS = List.of("A", "B", "C", "D");

    private static final int MMLU_COLUMNS = 6;

    private SuiteTables() {}

    /**
     * The table in SQL.
     *
     * @param names what a first line that names columns calls a question
     */
    static String csv(Database database, Path file, List<String> names) {
        String quoted = Database.file(file);
        List<String> first = firstLine(database, quoted);
        boolean bare = first.size() == MMLU_COLUMNS
                && LETTERS.contains(first.getLast())
                && first.stream().noneMatch(names::contains);
        return bare
                ? "read_csv(%s, header = false, all_varchar = true, delim = ',', quote = '\"', escape = '\"', names = [%s])"
                        .formatted(
                                quoted,
                                Stream.concat(
                                                Stream.of("question"),
                                                Stream.concat(LETTERS.stream(), Stream.of("answer")))
                                        .map(Database::quoted)
                                        .collect(Collectors.joining(", ")))
                : "read_csv(%s, header = true, all_varchar = true)".formatted(quoted);
    }

    private static List<String> firstLine(Database database, String quoted) {
        List<String> values = new ArrayList<>();
        database.query(
                ("SELECT * FROM read_csv(%s, header = false, all_varchar = true, delim = ',', quote = '\"', escape = '\"',"
                                + " strict_mode = false, null_padding = true, ignore_errors = true, parallel = false) LIMIT 1")
                        .formatted(quoted),
                row -> add(row, values));
        return values;
    }

    private static void add(ResultSet row, List<String> values) throws SQLException {
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            values.add(String.valueOf(row.getString(column)).strip());
        }
    }
}
